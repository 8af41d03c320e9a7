import { describe, expect, test } from "bun:test";
import { lookUpRoute } from "../src/linux/route-lookup.ts";

describe.skipIf(process.platform !== "linux")("lookUpRoute (Linux)", () => {
  test.each(["127.0.0.1", "127.9.8.7", "::1"])("the way to %s is the loopback", (address) => {
    expect(lookUpRoute(address)).toEqual({
      interfaceName: "lo",
      interfaceMtuBytes: 65_536,
      mtuBytes: undefined,
      expiresInMs: undefined,
      ageMs: undefined,
    });
  });

  test("no way leads through the loopback to a link-local address of elsewhere", () => {
    expect(() => lookUpRoute("fe80::1%lo")).toThrow(
      expect.objectContaining({ code: "UDP_UNREACHABLE" }),
    );
  });
});
