import { describe, expect, test } from "bun:test";
import type { MessageSocketOptions } from "../src/linux/index.ts";
import { MessageSocket, ReadableWait } from "../src/linux/index.ts";

const PAYLOAD = Uint8Array.of(1, 2, 3);
const EVERYBODY = "127.255.255.255";

describe.skipIf(process.platform !== "linux")("a message socket and broadcasts (Linux)", () => {
  test("may send them once it was told so", () => {
    using receiver = new MessageSocket({ family: 4 });
    using sender = new MessageSocket({ family: 4 });
    receiver.reportArrival(true);
    const to = { address: EVERYBODY, port: receiver.local.port };
    const outcomes = [false, true].map((isOn) => {
      sender.setBroadcast(isOn);
      return sender.send(PAYLOAD, { to });
    });
    expect({ outcomes, destination: destinationAt(receiver) }).toEqual({
      outcomes: ["not-permitted", "sent"],
      destination: EVERYBODY,
    });
  });

  test("listens to them beside others at one port, where all of them say so", () => {
    using first = new MessageSocket({ family: 4, sharesPort: true });
    const { port } = first.local;
    using second = new MessageSocket({ family: 4, local: first.local, sharesPort: true });
    for (const socket of [first, second]) socket.reportArrival(true);
    using sender = new MessageSocket({ family: 4 });
    sender.setBroadcast(true);
    sender.send(PAYLOAD, { to: { address: "127.0.0.1", port } });
    sender.send(PAYLOAD, { to: { address: EVERYBODY, port } });
    expect({
      last: [destinationAt(second), destinationAt(second)],
      first: [destinationAt(first), first.receive()],
      another: codeOf({ family: 4, local: first.local }),
    }).toEqual({
      last: ["127.0.0.1", EVERYBODY],
      first: [EVERYBODY, undefined],
      another: "UDP_ADDRESS_IN_USE",
    });
  });

  test.each([4, 6] as const)("of IPv%d is one of an interface that is there", (family) => {
    using socket = new MessageSocket({ family, interfaceName: "lo" });
    expect(socket.local.port).toBeGreaterThan(0);
    const names = ["", "lo\0", "no-such", "longer-than-any-interface"];
    expect(names.map((interfaceName) => codeOf({ family, interfaceName }))).toEqual(
      names.map(() => "UDP_BAD_OPTION"),
    );
  });
});

function destinationAt(socket: MessageSocket): string | undefined {
  new ReadableWait([socket.fd]).wait(2_000_000_000);
  return socket.receive()?.destination;
}

function codeOf(options: MessageSocketOptions): unknown {
  try {
    return new MessageSocket(options)[Symbol.dispose]();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}
