import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HostAddresses } from "../address/host-addresses.ts";
import { addressWords } from "../address/ip-address.ts";
import { ReplyGuard } from "./reply-guard.ts";

type Respond = (payload: Uint8Array) => Uint8Array;

const sendBack: Respond = (payload) => payload;
const tellLength: Respond = ({ byteLength }) =>
  new TextEncoder().encode(`Your data was ${byteLength} bytes long`);

function isLengthReply(payload: Uint8Array): boolean {
  return /^Your data was \d+ bytes long$/.test(new TextDecoder().decode(payload));
}

interface Server {
  readonly address: string;
  readonly port: number;
  readonly respond: Respond;
}

/** How many datagrams two guarded servers make of one that was forged: from the other, to the one. */
function datagramsAfterForgery(one: Server, other: Server, forged = "hello"): number {
  const stations = [one, other].map(({ address, port, respond }) => ({
    respond,
    guard: new ReplyGuard({
      local: { address, port },
      isOwnReply: respond === tellLength ? isLengthReply : () => false,
      hostAddresses: new HostAddresses({}),
    }),
    source: { sourceAddress: addressWords(address), sourcePort: port },
  }));
  let payload = new TextEncoder().encode(forged);
  for (let count = 0; count < 10_000; count++) {
    const receiver = stations[count % 2];
    const sender = stations[(count + 1) % 2];
    if (receiver === undefined || sender === undefined) return count;
    const arrived = { payload, ...sender.source };
    if (receiver.guard.refuseRequest(arrived, count * 10_000) !== undefined) return count;
    payload = new Uint8Array(receiver.respond(payload));
    if (receiver.guard.refuseReply(arrived, payload.byteLength) !== undefined) return count;
  }
  return Number.POSITIVE_INFINITY;
}

describe("two servers, set against each other by one forged datagram", () => {
  const pairs: readonly (readonly [string, readonly [string, string]])[] = [
    ["on one host", ["127.0.0.1", "127.0.0.2"]],
    ["on one host over IPv6", ["::1", "::1"]],
    ["on two hosts", ["10.77.0.1", "10.77.0.2"]],
    ["on two hosts over IPv6", ["2001:db8::1", "2001:db8::2"]],
  ];

  function forgeAmong(
    addresses: readonly [string, string],
    ports: readonly [number, number],
    responds: readonly [Respond, Respond],
  ): number {
    return datagramsAfterForgery(
      { address: addresses[0], port: ports[0], respond: responds[0] },
      { address: addresses[1], port: ports[1], respond: responds[1] },
    );
  }

  test.each(pairs)("%s: echoes on the default port are silent at once", (_name, addresses) => {
    expect(forgeAmong(addresses, [1060, 1060], [sendBack, sendBack])).toBe(0);
  });

  test.each(pairs)("%s: an echo elsewhere does not answer the default port", (_name, addresses) => {
    const counts = [
      forgeAmong(addresses, [1060, 7007], [sendBack, sendBack]),
      forgeAmong(addresses, [7007, 1060], [sendBack, sendBack]),
    ];
    expect(counts).toEqual([1, 0]);
  });

  test.each(pairs)("%s: echoes on one unusual port are silent at once", (_name, addresses) => {
    expect(forgeAmong(addresses, [7007, 7007], [sendBack, sendBack])).toBe(0);
  });

  test.each(pairs)("%s: tellers of lengths never answer an answer", (_name, addresses) => {
    expect(forgeAmong(addresses, [7007, 7008], [tellLength, tellLength])).toBe(1);
  });

  test.each(pairs)("%s: a teller of lengths stops an echo", (_name, addresses) => {
    const counts = [
      forgeAmong(addresses, [7007, 7008], [tellLength, sendBack]),
      forgeAmong(addresses, [7007, 7008], [sendBack, tellLength]),
    ];
    expect(counts).toEqual([2, 3]);
  });

  test.each(pairs)("%s: echoes on two unusual ports are cut", (_name, addresses) => {
    const count = forgeAmong(addresses, [7007, 7008], [sendBack, sendBack]);
    expect(count).toBeWithin(1, 2 * 256 + 1);
  });

  test("no forged payload makes more than 512 datagrams", () => {
    const payloads = fc.string({ maxLength: 60 });
    fc.assert(
      fc.property(payloads, fc.constantFrom(sendBack, tellLength), (forged, respond) => {
        const one = { address: "127.0.0.1", port: 7007, respond };
        const other = { address: "127.0.0.2", port: 7008, respond: sendBack };
        expect(datagramsAfterForgery(one, other, forged)).toBeLessThanOrEqual(512);
      }),
      { numRuns: 20 },
    );
  });
});
