import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Endpoint } from "../address/endpoint.ts";
import { UdpError } from "../errors.ts";
import type { OutgoingDatagram } from "./datagram-socket.ts";
import { MAX_IPV4_PAYLOAD_BYTES, MAX_IPV6_PAYLOAD_BYTES } from "./datagram-socket.ts";
import { anyLocal, destinationOf, untilUnsendable } from "./destination.ts";

const ipv4: Endpoint = { address: "192.0.2.1", port: 1060 };
const ipv6: Endpoint = { address: "2001:db8::1", port: 1060 };
const payload = new Uint8Array(3);

test.each<[string, Endpoint | undefined, string]>([
  ["no peer", undefined, "0.0.0.0"],
  ["an IPv4 peer", ipv4, "0.0.0.0"],
  ["an IPv6 peer", ipv6, "::"],
])("with %s, a socket is bound to all addresses of %p", (_name, remote, address) => {
  expect(anyLocal(remote)).toEqual({ address, port: 0 });
});

describe("a datagram goes", () => {
  test.each<[string, Endpoint | undefined, Endpoint | undefined, Endpoint]>([
    ["where its sender says", ipv4, undefined, ipv4],
    ["to the only peer", undefined, ipv6, ipv6],
    ["to the only peer, whatever its sender says", ipv4, ipv6, ipv6],
    ["to the only peer, even with port 0", { ...ipv4, port: 0 }, ipv6, ipv6],
  ])("%s", (_name, to, remote, expected) => {
    expect(destinationOf(to === undefined ? { payload } : { payload, to }, remote)).toEqual(
      expected,
    );
  });

  test.each<[string, Endpoint, number]>([
    ["IPv4", ipv4, MAX_IPV4_PAYLOAD_BYTES],
    ["IPv6", ipv6, MAX_IPV6_PAYLOAD_BYTES],
  ])("over %s with as many bytes as fit", (_name, to, limitBytes) => {
    const largest = { payload: new Uint8Array(limitBytes), to };
    const tooLarge = { payload: new Uint8Array(limitBytes + 1), to };
    expect(destinationOf(largest, undefined)).toEqual(to);
    expect(() => destinationOf(tooLarge, undefined)).toThrow(
      expect.objectContaining({ code: "UDP_TOO_LARGE" }),
    );
  });

  test.each<[string, OutgoingDatagram]>([
    ["nowhere", { payload }],
    ["to port 0", { payload, to: { ...ipv4, port: 0 } }],
  ])("%s: UDP_BAD_OPTION", (_name, datagram) => {
    expect(() => destinationOf(datagram, undefined)).toThrow(
      expect.objectContaining({
        code: "UDP_BAD_OPTION",
        message: "expected a destination with a port from 1 to 65535",
      }),
    );
  });
});

describe("untilUnsendable", () => {
  const tooLarge = new Uint8Array(MAX_IPV4_PAYLOAD_BYTES + 1);
  const datagrams = fc.oneof<fc.Arbitrary<OutgoingDatagram>[]>(
    fc.constantFrom<OutgoingDatagram>({ payload, to: ipv4 }, { payload, to: ipv6 }),
    fc.constantFrom<OutgoingDatagram>(
      { payload },
      { payload, to: { ...ipv4, port: 0 } },
      { payload: tooLarge, to: ipv4 },
    ),
  );
  const remotes = fc.constantFrom(undefined, ipv4, ipv6);

  function isRefused(datagram: OutgoingDatagram, remote: Endpoint | undefined): boolean {
    try {
      destinationOf(datagram, remote);
      return false;
    } catch (error) {
      return error instanceof UdpError;
    }
  }

  test("keeps the longest beginning without one that is refused", () => {
    fc.assert(
      fc.property(fc.array(datagrams, { maxLength: 10 }), remotes, (all, remote) => {
        const kept = untilUnsendable(all, remote);
        expect(kept).toEqual(all.slice(0, kept.length));
        const refusals = all.map((datagram) => isRefused(datagram, remote));
        expect(refusals.slice(0, kept.length + 1)).toEqual(
          kept.length === all.length ? kept.map(() => false) : [...kept.map(() => false), true],
        );
      }),
    );
  });
});
