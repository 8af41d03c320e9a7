import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { AddressKind } from "./address-class.ts";
import {
  classifyAddress,
  isGroupAddress,
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isUnspecified,
} from "./address-class.ts";
import { addressWords, parseAddress } from "./ip-address.ts";

describe("classifyAddress", () => {
  test.each<[string, AddressKind]>([
    ["0.0.0.0", "unspecified"],
    ["0.0.0.1", "this-network"],
    ["9.255.255.255", "global"],
    ["10.0.0.0", "private"],
    ["100.63.255.255", "global"],
    ["100.64.0.0", "shared"],
    ["127.255.255.255", "loopback"],
    ["128.0.0.0", "global"],
    ["169.254.1.1", "link-local"],
    ["172.31.255.255", "private"],
    ["172.32.0.0", "global"],
    ["192.0.0.9", "protocol"],
    ["192.0.2.1", "documentation"],
    ["192.88.99.1", "reserved"],
    ["198.19.255.255", "benchmarking"],
    ["223.255.255.255", "global"],
    ["224.0.0.0", "multicast"],
    ["239.255.255.255", "multicast"],
    ["240.0.0.0", "reserved"],
    ["255.255.255.254", "reserved"],
    ["255.255.255.255", "limited-broadcast"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::2", "transition"],
    ["64:ff9b::808:808", "transition"],
    ["64:ff9b:1::808:808", "transition"],
    ["100::1", "protocol"],
    ["2001:db8::1", "documentation"],
    ["2606:4700::1111", "global"],
    ["3fff:fff::1", "documentation"],
    ["3fff:1000::1", "global"],
    ["fbff::1", "global"],
    ["fc00::1", "private"],
    ["fe00::1", "global"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["febf:ffff::1", "link-local"],
    ["fec0::", "site-local"],
    ["feff:ffff::1", "site-local"],
    ["ff00::", "multicast"],
  ])("%s is %s", (address, kind) => {
    expect(classifyAddress(address).kind).toBe(kind);
  });

  test("an ordinary address has nothing but its kind", () => {
    expect(classifyAddress("2606:4700:0::1111")).toEqual({
      address: "2606:4700::1111",
      kind: "global",
      specialPurpose: undefined,
      multicastScope: undefined,
      embedded: [],
    });
  });

  test("a multicast address has its scope", () => {
    expect(classifyAddress("ff02::1%eth0")).toEqual({
      address: "ff02::1%eth0",
      kind: "multicast",
      specialPurpose: undefined,
      multicastScope: "link-local",
      embedded: [],
    });
  });

  test("an IPv4-mapped address is the IPv4 address", () => {
    expect(classifyAddress("::ffff:127.0.0.1")).toEqual(classifyAddress("127.0.0.1"));
  });

  test("what hides in a transition address is classified again", () => {
    const { kind, specialPurpose, embedded } = classifyAddress("2001:0:7f00:1:8000:63bf:f5ff:fffe");
    expect({ kind, name: specialPurpose?.name, embedded }).toEqual({
      kind: "transition",
      name: "TEREDO",
      embedded: [
        { role: "teredo-server", ...classifyAddress("127.0.0.1") },
        { role: "teredo-client", ...classifyAddress("10.0.0.1") },
      ],
    });
  });

  test.each(["", "localhost", "127.1", "0x7f.1", "10.0.0.0/8", "1.2.3.4:5", "::1::"])(
    "throws UDP_BAD_ADDRESS for %p",
    (text) => {
      expect(() => classifyAddress(text)).toThrow(
        expect.objectContaining({ code: "UDP_BAD_ADDRESS" }),
      );
    },
  );

  test("every address has one class, and what it carries is plain IPv4", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const { kind, specialPurpose, multicastScope, embedded } = classifyAddress(address);
        expect({
          hasScope: multicastScope !== undefined,
          recordKind: specialPurpose?.kind ?? kind,
          carriesOutsideTransition: embedded.length > 0 && kind !== "transition",
          nested: embedded.flatMap((inner) => inner.embedded),
        }).toEqual({
          hasScope: kind === "multicast",
          recordKind: kind,
          carriesOutsideTransition: false,
          nested: [],
        });
      }),
      { numRuns: 500 },
    );
  });

  test("both spellings of an IPv4 address have one class", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(classifyAddress(`::ffff:${address}`)).toEqual(classifyAddress(address));
      }),
    );
  });
});

describe("predicates on words", () => {
  const GROUPS = ["224.0.0.0", "239.255.255.255", "255.255.255.255", "ff00::", "ff02::1"];

  test.each([
    ["isMulticast", isMulticast, ["224.0.0.0", "239.255.255.255", "ff00::", "ff02::1"]],
    ["isUnspecified", isUnspecified, ["0.0.0.0", "::"]],
    ["isLoopback", isLoopback, ["127.0.0.0", "127.255.255.255", "::1"]],
    ["isLimitedBroadcast", isLimitedBroadcast, ["255.255.255.255"]],
    ["isGroupAddress", isGroupAddress, GROUPS],
  ])("%s holds for exactly its own addresses", (_, predicate, expected) => {
    const edges = [
      ...["0.0.0.0", "0.0.0.1", "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"],
      ...["223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.254"],
      ...["255.255.255.255", "::", "::1", "::2", "::1:0:0", "::ffff:ffff", "1::", "1::1"],
      ...["0:1::", "0:0:1::1", "::7f00:1", "feff::", "ff00::", "ff02::1", "::e000:1"],
    ];
    expect(edges.filter((address) => predicate(addressWords(address)))).toEqual(expected);
  });

  test("say what classifyAddress says", () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const words = addressWords(parseAddress(address));
        const { kind } = classifyAddress(address);
        expect({
          multicast: isMulticast(words),
          unspecified: isUnspecified(words),
          loopback: isLoopback(words),
          limitedBroadcast: isLimitedBroadcast(words),
        }).toEqual({
          multicast: kind === "multicast",
          unspecified: kind === "unspecified",
          loopback: kind === "loopback",
          limitedBroadcast: kind === "limited-broadcast",
        });
      }),
      { numRuns: 500 },
    );
  });
});

/** Words that are often all zeros, all ones or the start of a special prefix. */
const word = fc.oneof(
  fc.constantFrom(0, 1, 0xff_ff, 0x7f_00_00_01, 0xff_ff_ff_ff, 0x00_64_ff_9b, 0x20_01_00_00),
  fc.constantFrom(0xff_02_00_00, 0xe0_00_00_01, 0xfe_80_00_00, 0xfe_c0_00_00, 0x20_02_7f_00),
  fc.nat({ max: 0xff_ff_ff_ff }),
);

const anyAddress = fc.tuple(word, word, word, word).map((words) =>
  words
    .flatMap((value) => [value >>> 16, value & 0xff_ff])
    .map((group) => group.toString(16))
    .join(":"),
);
