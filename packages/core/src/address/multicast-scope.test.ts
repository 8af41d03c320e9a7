import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressWords } from "./ip-address.ts";
import type { MulticastScope } from "./multicast-scope.ts";
import { multicastScope } from "./multicast-scope.ts";

describe("multicastScope", () => {
  test.each<[string, MulticastScope | undefined]>([
    ["223.255.255.255", undefined],
    ["224.0.0.0", "link-local"],
    ["224.0.0.255", "link-local"],
    ["224.0.1.0", "global"],
    ["231.255.255.255", "global"],
    ["232.0.0.0", "source-specific"],
    ["232.255.255.255", "source-specific"],
    ["233.0.0.0", "glop"],
    ["233.255.255.255", "glop"],
    ["234.0.0.0", "global"],
    ["238.255.255.255", "global"],
    ["239.0.0.0", "administratively-scoped"],
    ["239.255.255.255", "administratively-scoped"],
    ["240.0.0.0", undefined],
    ["feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", undefined],
    ["::", undefined],
  ])("%s: %p", (address, scope) => {
    expect(multicastScope(addressWords(address))).toBe(scope);
  });

  test("reads the scope of IPv6 from its fourth nibble", () => {
    const scopes = Array.from({ length: 16 }, (_, scope) =>
      multicastScope(addressWords(`ff3${scope.toString(16)}::1`)),
    );
    expect(scopes).toEqual([
      "reserved",
      "interface-local",
      "link-local",
      "realm-local",
      "admin-local",
      "site-local",
      "unassigned",
      "unassigned",
      "organization-local",
      "unassigned",
      "unassigned",
      "unassigned",
      "unassigned",
      "unassigned",
      "global",
      "reserved",
    ]);
  });

  test("looks at nothing behind the first 16 bits of IPv6", () => {
    fc.assert(
      fc.property(fc.uint32Array({ minLength: 4, maxLength: 4 }), (words) => {
        const multicast = Uint32Array.from(words);
        multicast[0] = 0xff_02_00_00 | ((words[0] ?? 0) & 0xff_ff);
        expect(multicastScope(multicast)).toBe("link-local");
      }),
    );
  });
});
