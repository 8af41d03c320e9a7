import { describe, expect, test } from "bun:test";
import type { AddressFamily } from "@udp/core";
import { addressWords, formatIpv4Word } from "@udp/core";
import fc from "fast-check";
import { lanInterface } from "../test/lan-interface.ts";
import { OwnNetworks } from "./own-networks.ts";

function on(address: string, family: AddressFamily, prefixLength: number): OwnNetworks {
  const own = { address, family, prefixLength, broadcast: undefined };
  return new OwnNetworks([lanInterface("eth0", { addresses: [own] })]);
}

const includes = (networks: OwnNetworks, address: string): boolean =>
  networks.include(addressWords(address));

describe("own networks", () => {
  test("hold an IPv4 address exactly where the bits of their prefix are the same", () => {
    const word = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
    fc.assert(
      fc.property(word, word, fc.nat(32), (own, other, bits) => {
        const mask = bits === 0 ? 0 : (0xff_ff_ff_ff << (32 - bits)) >>> 0;
        const isInside = (own & mask) >>> 0 === (other & mask) >>> 0;
        const networks = on(formatIpv4Word(own), 4, bits);
        expect(includes(networks, formatIpv4Word(other))).toBe(isInside);
      }),
    );
  });

  test.each([
    ["fd77::1", 64, "fd77::ffff", true],
    ["fd77::1", 64, "fd77:0:0:1::1", false],
    ["fd77::1", 128, "fd77::1", true],
    ["fd77::1", 128, "fd77::2", false],
    ["fd77::8000:0:0:0", 65, "fd77::7fff:0:0:0", false],
    ["fe80::1%eth0", 64, "fe80::2%eth0", true],
    ["::1", 128, "127.0.0.1", false],
  ])("%s/%d and %s: %p", (own, bits, address, isInside) => {
    expect(includes(on(own, 6, bits), address)).toBe(isInside);
  });

  test("know the addresses of this host", () => {
    const networks = new OwnNetworks([lanInterface("eth0")]);
    const own = ["10.77.0.1", "fe80::1%eth0", "10.77.0.2", "fe80::1%eth1"];
    expect(own.map((address) => networks.isOwn(address))).toEqual([true, true, false, false]);
  });

  test("of no interface hold nothing", () => {
    expect(includes(new OwnNetworks([]), "10.77.0.1")).toBe(false);
  });
});
