import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { addressWords, parseAddress } from "./ip-address.ts";
import type { SpecialPurpose } from "./special-purpose.ts";
import { findSpecialPurpose, specialPurposes } from "./special-purpose.ts";

/** A record's first and last address as whole numbers, by ipaddr.js rather than by our masks. */
interface Range {
  readonly record: SpecialPurpose;
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

const MAPPED = "::ffff:0:0/96";
const ranges = specialPurposes().map(rangeOf);
const foundRanges = ranges.filter(({ record }) => record.prefix !== MAPPED);

function rangeOf(record: SpecialPurpose): Range {
  const [address, length] = ipaddr.parseCIDR(record.prefix);
  const bytes = address.toByteArray();
  const bits = bytes.length === 4 ? 32 : 128;
  const first = bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
  return { record, bits, first, last: first + (1n << BigInt(bits - length)) - 1n };
}

function addressText(value: bigint, bits: 32 | 128): string {
  const bytes = Array.from({ length: bits / 8 }, (_, index) =>
    Number((value >> BigInt(bits - 8 * (index + 1))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

function find(address: string): SpecialPurpose | undefined {
  return findSpecialPurpose(addressWords(parseAddress(address)));
}

/** The smallest range that holds the number is the longest prefix. */
function expectedRecord(value: bigint, bits: 32 | 128): SpecialPurpose | undefined {
  const holding = foundRanges.filter(
    (range) => range.bits === bits && range.first <= value && value <= range.last,
  );
  const bySize = holding.toSorted((one, other) =>
    one.last - one.first < other.last - other.first ? -1 : 1,
  );
  return bySize[0]?.record;
}

/** One before the first address is the last. */
function wrap(value: bigint, bits: 32 | 128): { bits: 32 | 128; value: bigint } {
  return { bits, value: BigInt.asUintN(bits, value) };
}

function isMapped(value: bigint, bits: 32 | 128): boolean {
  return bits === 128 && value >> 32n === 0xff_ffn;
}

function flagText(record: SpecialPurpose): string {
  const { source, destination, forwardable, globallyReachable, reservedByProtocol } = record;
  return [source, destination, forwardable, globallyReachable, reservedByProtocol]
    .map((flag) => (flag === undefined ? "-" : flag ? "T" : "F"))
    .join("");
}

/** First and last address of each block, worked out apart from the prefixes in the table. */
const REGISTERED = [
  ["0.0.0.0", "0.255.255.255", "TFFFT"],
  ["0.0.0.0", "0.0.0.0", "TFFFT"],
  ["10.0.0.0", "10.255.255.255", "TTTFF"],
  ["100.64.0.0", "100.127.255.255", "TTTFF"],
  ["127.0.0.0", "127.255.255.255", "FFFFT"],
  ["169.254.0.0", "169.254.255.255", "TTFFT"],
  ["172.16.0.0", "172.31.255.255", "TTTFF"],
  ["192.0.0.0", "192.0.0.255", "FFFFF"],
  ["192.0.0.0", "192.0.0.7", "TTTFF"],
  ["192.0.0.8", "192.0.0.8", "TFFFF"],
  ["192.0.0.9", "192.0.0.9", "TTTTF"],
  ["192.0.0.10", "192.0.0.10", "TTTTF"],
  ["192.0.0.170", "192.0.0.170", "FFFFT"],
  ["192.0.0.171", "192.0.0.171", "FFFFT"],
  ["192.0.2.0", "192.0.2.255", "FFFFF"],
  ["192.31.196.0", "192.31.196.255", "TTTTF"],
  ["192.52.193.0", "192.52.193.255", "TTTTF"],
  ["192.88.99.0", "192.88.99.255", "-----"],
  ["192.88.99.2", "192.88.99.2", "TTTFF"],
  ["192.168.0.0", "192.168.255.255", "TTTFF"],
  ["192.175.48.0", "192.175.48.255", "TTTTF"],
  ["198.18.0.0", "198.19.255.255", "TTTFF"],
  ["198.51.100.0", "198.51.100.255", "FFFFF"],
  ["203.0.113.0", "203.0.113.255", "FFFFF"],
  ["240.0.0.0", "255.255.255.255", "FFFFT"],
  ["255.255.255.255", "255.255.255.255", "FTFFT"],
  ["::1", "::1", "FFFFT"],
  ["::", "::", "TFFFT"],
  ["::ffff:0:0", "::ffff:ffff:ffff", "FFFFT"],
  ["64:ff9b::", "64:ff9b::ffff:ffff", "TTTTF"],
  ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "TTTFF"],
  ["100::", "100::ffff:ffff:ffff:ffff", "TTTFF"],
  ["100:0:0:1::", "100::1:ffff:ffff:ffff:ffff", "TFFFF"],
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "FFFFF"],
  ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "TTT-F"],
  ["2001:1::1", "2001:1::1", "TTTTF"],
  ["2001:1::2", "2001:1::2", "TTTTF"],
  ["2001:1::3", "2001:1::3", "TTTTF"],
  ["2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "TTTFF"],
  ["2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff", "TTTTF"],
  ["2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff", "TTTTF"],
  ["2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "-----"],
  ["2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "TTTTF"],
  ["2001:30::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", "TTTTF"],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "FFFFF"],
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "TTT-F"],
  ["2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "TTTTF"],
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "FFFFF"],
  ["5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "TTTFF"],
  ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "TTTFF"],
  ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "TTFFT"],
];

describe("specialPurposes", () => {
  test("has the ranges and flags of both registries", () => {
    const listed = ranges.map(({ record, first, last, bits }) => [
      addressText(first, bits),
      addressText(last, bits),
      flagText(record),
    ]);
    expect(listed.toSorted()).toEqual(REGISTERED.toSorted());
  });
});

describe("findSpecialPurpose", () => {
  test("returns the whole record", () => {
    expect(find("198.51.100.7")).toEqual({
      prefix: "198.51.100.0/24",
      name: "Documentation (TEST-NET-2)",
      kind: "documentation",
      rfcs: [5737],
      source: false,
      destination: false,
      forwardable: false,
      globallyReachable: false,
      reservedByProtocol: false,
    });
  });

  test.each([
    ["0.0.0.0", "0.0.0.0/32"],
    ["0.0.0.1", "0.0.0.0/8"],
    ["192.0.0.7", "192.0.0.0/29"],
    ["192.0.0.11", "192.0.0.0/24"],
    ["192.0.0.170", "192.0.0.170/32"],
    ["192.0.0.172", "192.0.0.0/24"],
    ["255.255.255.254", "240.0.0.0/4"],
    ["::ffff:10.0.0.1", "10.0.0.0/8"],
    ["2001:0:ffff::", "2001::/32"],
    ["2001:1::3", "2001:1::3/128"],
    ["2001:1::4", "2001::/23"],
    ["2001:1ff:ffff::", "2001::/23"],
    ["100:0:0:1::", "100:0:0:1::/64"],
    ["64:ff9b:1:ffff::", "64:ff9b:1::/48"],
  ])("%s is found by its longest prefix, %s", (address, prefix) => {
    expect(find(address)?.prefix).toBe(prefix);
  });

  test.each([
    "8.8.8.8",
    "::ffff:8.8.8.8",
    "224.0.0.1",
    "2606:4700::1",
    "ff02::1",
    "fec0::1",
    "::2",
  ])("%s is in no registry", (address) => {
    expect(find(address)).toBeUndefined();
  });

  test("holds at every edge: first, last, one before, one after", () => {
    const edges = ranges.flatMap(({ bits, first, last }) =>
      [first - 1n, first, last, last + 1n].map((value) => wrap(value, bits)),
    );
    const wrong = edges
      .filter(({ bits, value }) => !isMapped(value, bits))
      .filter(({ bits, value }) => find(addressText(value, bits)) !== expectedRecord(value, bits))
      .map(({ bits, value }) => addressText(value, bits));
    expect(wrong).toEqual([]);
  });

  test("finds the longest prefix inside and around every range", () => {
    const nearRange = fc
      .constantFrom(...foundRanges)
      .chain(({ bits, first, last }) =>
        fc.bigInt({ min: first - 300n, max: last + 300n }).map((value) => wrap(value, bits)),
      )
      .filter(({ bits, value }) => !isMapped(value, bits));
    fc.assert(
      fc.property(nearRange, ({ bits, value }) => {
        expect(find(addressText(value, bits))).toBe(expectedRecord(value, bits));
      }),
      { numRuns: 500 },
    );
  });
});
