import { describe, expect, test } from "bun:test";
import { closeSync, fstatSync, openSync } from "node:fs";
import type { AddressFamily, Endpoint } from "../src/index.ts";
import type {
  MessageSocketOptions,
  ReceivedMessage,
  SendTime,
  SocketError,
} from "../src/linux/index.ts";
import { MessageSocket, ReadableWait } from "../src/linux/index.ts";

const FAMILIES = [
  { family: 4, loopback: "127.0.0.1", wildcard: "0.0.0.0", headerBytes: 28, maxBytes: 65_535 },
  { family: 6, loopback: "::1", wildcard: "::", headerBytes: 48, maxBytes: 65_575 },
] as const;

const PAYLOAD = Uint8Array.of(1, 2, 3);

const NS_PER_MS = 1_000_000n;

/** The time of day, down to the millisecond. */
function unixNowNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}

describe.skipIf(process.platform !== "linux").each(FAMILIES)(
  "a message socket of IPv$family (Linux)",
  ({ family, loopback, wildcard, headerBytes, maxBytes }) => {
    const here = { address: loopback, port: 0 };

    test("hears how a datagram arrived", () => {
      using receiver = new MessageSocket({ family });
      using sender = new MessageSocket({ family, local: here });
      receiver.reportArrival(true);
      sender.setHopLimit(9);
      const to = { address: loopback, port: receiver.local.port };
      const outcomes = [sender.send(PAYLOAD, { to })];
      sender.setDscp(46);
      outcomes.push(sender.send(PAYLOAD, { to, hopLimit: 1 }));
      const common = { payload: PAYLOAD, from: sender.local, destination: loopback };
      expect({ outcomes, received: [nextMessage(receiver), nextMessage(receiver)] }).toEqual({
        outcomes: ["sent", "sent"],
        received: [
          { ...common, hopLimit: 9, trafficClass: 0, interfaceIndex: 1 },
          { ...common, hopLimit: 1, trafficClass: 46 << 2, interfaceIndex: 1 },
        ],
      });
    });

    test("hears when datagrams left and came, by the kernel's clock", () => {
      using receiver = new MessageSocket({ family, local: here });
      using sender = new MessageSocket({ family, remote: receiver.local });
      receiver.reportTimes(true);
      // Where nobody on this machine asked before, the kernel begins a little later.
      do sender.send(PAYLOAD);
      while (nextMessage(receiver)?.arrivedAtUnixNs === undefined);
      sender.reportTimes(true);
      const before = unixNowNs();
      const times = [0, 1].map((sendNumber) => {
        sender.send(PAYLOAD);
        const arrivedAtUnixNs = nextMessage(receiver)?.arrivedAtUnixNs;
        const report = nextReport(sender);
        expect(report).toMatchObject({ kind: "sent", sendNumber });
        return [report?.kind === "sent" ? report.sentAtUnixNs : undefined, arrivedAtUnixNs];
      });
      const inOrder = [before, ...times.flat(), unixNowNs() + NS_PER_MS];
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n))));
    });

    test("says nothing of times where it is not asked to, and tells errors from them", () => {
      using receiver = new MessageSocket({ family, local: here });
      using sender = new MessageSocket({ family, remote: receiver.local });
      sender.reportTimes(true);
      sender.send(PAYLOAD);
      waitFor(sender);
      expect(sender.receiveError()).toBeUndefined();
      sender.reportTimes(false);
      sender.send(PAYLOAD);
      expect([sender.receiveReport(), nextMessage(receiver)?.arrivedAtUnixNs]).toEqual([
        undefined,
        undefined,
      ]);
    });

    test("sends by an interface and from an address that are named, where they are there", () => {
      using receiver = new MessageSocket({ family, local: here });
      using sender = new MessageSocket({ family });
      const to = receiver.local;
      const source = family === 4 ? "127.0.0.2" : "::1";
      const foreign = family === 4 ? "192.0.2.1" : "2001:db8::1";
      expect({
        outcome: sender.send(PAYLOAD, { to, source, interfaceIndex: 1 }),
        from: nextMessage(receiver)?.from.address,
        foreign: sender.send(PAYLOAD, { to, source: foreign }),
        gone: sender.send(PAYLOAD, { to, interfaceIndex: 0x7f_ff_ff_ff }),
        stranger: codeOf(() =>
          sender.send(PAYLOAD, { to, source: family === 4 ? "::1" : "127.0.0.1" }),
        ),
        nowhere: codeOf(() => sender.send(PAYLOAD, { to, interfaceIndex: 0 })),
      }).toEqual({
        outcome: "sent",
        from: source,
        foreign: "unreachable",
        gone: "unreachable",
        stranger: "UDP_BAD_OPTION",
        nowhere: "UDP_BAD_OPTION",
      });
    });

    test("hears only who sent it where nothing was asked for", () => {
      using receiver = new MessageSocket({ family, local: here });
      using sender = new MessageSocket({ family, remote: receiver.local });
      sender.send(new Uint8Array());
      expect(nextMessage(receiver)).toEqual({ payload: new Uint8Array(), from: sender.local });
    });

    test("waits nowhere", () => {
      using socket = new MessageSocket({ family });
      socket.reportErrors(true);
      expect({ ...socket.local, port: 0 }).toEqual({ address: wildcard, port: 0 });
      expect([socket.receive(), socket.receiveError()]).toEqual([undefined, undefined]);
    });

    test("hears that nothing listens, with what it sent", () => {
      using socket = new MessageSocket({ family });
      socket.reportErrors(true);
      const to = closedPort(family, loopback);
      expect(socket.send(PAYLOAD, { to })).toBe("sent");
      expect([nextError(socket), socket.receiveError()]).toEqual([
        {
          kind: family === 4 ? "icmp" : "icmp6",
          name: "ECONNREFUSED",
          type: family === 4 ? 3 : 1,
          code: family === 4 ? 3 : 4,
          mtuBytes: undefined,
          offender: loopback,
          destination: to,
          quotedPayload: PAYLOAD,
        },
        undefined,
      ]);
    });

    test("loses no datagram to the error of an earlier one", () => {
      using receiver = new MessageSocket({ family, local: here });
      using socket = new MessageSocket({ family });
      socket.reportErrors(true);
      const closed = closedPort(family, loopback);
      const outcomes: string[] = [];
      for (let count = 0; count < 20; count++) {
        outcomes.push(socket.send(PAYLOAD, { to: closed }));
        outcomes.push(socket.send(PAYLOAD, { to: receiver.local }));
      }
      expect(new Set(outcomes)).toEqual(new Set(["sent"]));
      const received = Array.from({ length: 20 }, () => nextMessage(receiver)?.payload);
      expect(received).toEqual(Array.from({ length: 20 }, () => PAYLOAD));
    });

    test("reads datagrams past the error of an earlier one", () => {
      using socket = new MessageSocket({ family, local: here });
      using sender = new MessageSocket({ family });
      socket.reportErrors(true);
      socket.send(PAYLOAD, { to: closedPort(family, loopback) });
      sender.send(PAYLOAD, { to: socket.local });
      expect(socket.receive()?.payload).toEqual(PAYLOAD);
    });

    test("a connected one, whose every second call tells of a refusal, sends each time", () => {
      using socket = new MessageSocket({ family, remote: closedPort(family, loopback) });
      const outcomes = Array.from({ length: 4 }, () => socket.send(PAYLOAD));
      expect({ outcomes, error: socket.receiveError() }).toEqual({
        outcomes: ["sent", "sent", "sent", "sent"],
        error: undefined,
      });
    });

    test("says that a datagram is too large for this host", () => {
      using socket = new MessageSocket({ family, remote: { address: loopback, port: 9 } });
      socket.reportErrors(true);
      socket.setMtuDiscovery("do");
      const mtuBytes = socket.kernelPathMtuBytes ?? expect.unreachable();
      const fitting = Math.min(mtuBytes, maxBytes) - headerBytes;
      const isTooLarge = socket.send(new Uint8Array(fitting + 1));
      expect([socket.send(new Uint8Array(fitting)), isTooLarge]).toEqual(["sent", "too-large"]);
    });

    test("knows no path without a peer", () => {
      using socket = new MessageSocket({ family });
      expect(socket.kernelPathMtuBytes).toBeUndefined();
    });

    test("refuses what its caller got wrong", () => {
      using socket = new MessageSocket({ family });
      const stranger = { address: family === 4 ? "::1" : "127.0.0.1", port: 9 };
      const to = { address: loopback, port: 9 };
      expect({
        noDestination: codeOf(() => socket.send(PAYLOAD)),
        port0: codeOf(() => socket.send(PAYLOAD, { to: here })),
        otherFamily: codeOf(() => socket.send(PAYLOAD, { to: stranger })),
        hopLimit: [0, 256, 1.5].map((hopLimit) => codeOf(() => socket.setHopLimit(hopLimit))),
        hopLimitOfOne: codeOf(() => socket.send(PAYLOAD, { to, hopLimit: 0 })),
      }).toEqual({
        noDestination: "UDP_BAD_OPTION",
        port0: "UDP_BAD_OPTION",
        otherFamily: "UDP_BAD_OPTION",
        hopLimit: ["UDP_BAD_OPTION", "UDP_BAD_OPTION", "UDP_BAD_OPTION"],
        hopLimitOfOne: "UDP_BAD_OPTION",
      });
    });

    test("says why it cannot be opened", () => {
      using first = new MessageSocket({ family, local: here });
      const foreign = { address: family === 4 ? "192.0.2.1" : "2001:db8::1", port: 0 };
      const stranger = { address: family === 4 ? "::1" : "127.0.0.1", port: 0 };
      expect([
        openCode({ family, local: first.local }),
        openCode({ family, local: foreign }),
        openCode({ family, local: stranger }),
      ]).toEqual(["UDP_ADDRESS_IN_USE", "UDP_ADDRESS_NOT_AVAILABLE", "UDP_BAD_OPTION"]);
    });

    test("once closed it harms nobody", () => {
      const socket = new MessageSocket({ family, remote: { address: loopback, port: 9 } });
      socket[Symbol.dispose]();
      const file = openSync("/dev/null", "r"); // takes the number of the descriptor
      socket[Symbol.dispose]();
      expect({
        hasSameNumber: file === socket.fd,
        isFileOpen: fstatSync(file).isCharacterDevice(),
        received: [socket.receive(), socket.receiveError(), socket.kernelPathMtuBytes],
        sent: codeOf(() => socket.send(PAYLOAD)),
        set: codeOf(() => socket.reportErrors(true)),
      }).toEqual({
        hasSameNumber: true,
        isFileOpen: true,
        received: [undefined, undefined, undefined],
        sent: "UDP_CLOSED",
        set: "UDP_CLOSED",
      });
      closeSync(file);
    });
  },
);

test.skipIf(process.platform !== "linux")("an IPv6 socket leaves IPv4 to others (Linux)", () => {
  using ipv6 = new MessageSocket({ family: 6 });
  const local = { address: "0.0.0.0", port: ipv6.local.port };
  using ipv4 = new MessageSocket({ family: 4, local });
  expect(ipv4.local).toEqual(local);
});

/** A port of this host at which nothing listens, as of now. */
function closedPort(family: AddressFamily, address: string): Endpoint {
  using socket = new MessageSocket({ family, local: { address, port: 0 } });
  return socket.local;
}

function nextMessage(socket: MessageSocket): ReceivedMessage | undefined {
  waitFor(socket);
  return socket.receive();
}

function nextError(socket: MessageSocket): SocketError | undefined {
  waitFor(socket);
  return socket.receiveError();
}

function nextReport(socket: MessageSocket): SocketError | SendTime | undefined {
  waitFor(socket);
  return socket.receiveReport();
}

function waitFor(socket: MessageSocket): void {
  new ReadableWait([socket.fd]).wait(2_000_000_000);
}

function openCode(options: MessageSocketOptions): unknown {
  return codeOf(() => new MessageSocket(options)[Symbol.dispose]());
}

function codeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}
