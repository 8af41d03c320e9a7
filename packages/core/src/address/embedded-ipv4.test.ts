import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { EmbeddedIpv4 } from "./embedded-ipv4.ts";
import { embeddedIpv4 } from "./embedded-ipv4.ts";
import { addressWords } from "./ip-address.ts";

function embeddedIn(address: string): readonly EmbeddedIpv4[] {
  return embeddedIpv4(addressWords(address));
}

describe("embeddedIpv4", () => {
  test.each<[string, EmbeddedIpv4]>([
    ["64:ff9b::c000:221", { role: "nat64", address: "192.0.2.33" }],
    ["2002:c000:221::1", { role: "6to4", address: "192.0.2.33" }],
    ["2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", { role: "6to4", address: "255.255.255.255" }],
    ["::c000:221", { role: "ipv4-compatible", address: "192.0.2.33" }],
    ["::2", { role: "ipv4-compatible", address: "0.0.0.2" }],
  ])("%s holds one", (address, expected) => {
    expect(embeddedIn(address)).toEqual([expected]);
  });

  test("Teredo names its server, and its client with every bit inverted", () => {
    expect(embeddedIn("2001:0:4136:e378:8000:63bf:3fff:fdd2")).toEqual([
      { role: "teredo-server", address: "65.54.227.120" },
      { role: "teredo-client", address: "192.0.2.45" },
    ]);
  });

  test.each([
    "::",
    "::1",
    "192.0.2.33",
    "64:ff9b::1:c000:221",
    "64:ff9b:0:1::c000:221",
    "64:ff9b:1::c000:221",
    "2001:1::c000:221",
    "2003:c000:221::1",
    "::1:c000:221",
    "::1:0:c000:221",
    "::fffe:c000:221",
    "2001:db8::c000:221",
  ])("%s holds none", (address) => {
    expect(embeddedIn(address)).toEqual([]);
  });

  test("every IPv4 address comes back out of NAT64 and 6to4", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const word = addressWords(address)[3] ?? 0;
        const high = (word >>> 16).toString(16);
        const low = (word & 0xff_ff).toString(16);
        expect([
          embeddedIn(`64:ff9b::${high}:${low}`),
          embeddedIn(`2002:${high}:${low}::1`),
        ]).toEqual([[{ role: "nat64", address }], [{ role: "6to4", address }]]);
      }),
    );
  });
});
