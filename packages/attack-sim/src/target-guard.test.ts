import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { loopbackAddress, requireLoopback } from "./target-guard.ts";

const REFUSED = expect.objectContaining({ code: "ATTACK_SIM_NOT_LOOPBACK" });

/** A resolver that knows one name. */
function knowing(...addresses: string[]) {
  return { lookUpName: async () => addresses };
}

describe("an address of the loopback passes, in canonical form", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["127.255.255.254", "127.255.255.254"],
    ["::1", "::1"],
    ["::ffff:127.0.0.2", "127.0.0.2"],
  ])("%s", async (host, address) => {
    expect(await loopbackAddress(host)).toBe(address);
  });

  test("by its name", async () => {
    expect(await loopbackAddress("here.example", knowing("127.0.0.9"))).toBe("127.0.0.9");
  });
});

describe("everything else is refused", () => {
  test.each(["10.0.0.1", "192.0.2.1", "0.0.0.0", "::", "255.255.255.255", "224.0.0.1"])(
    "%s",
    async (host) => {
      await expect(loopbackAddress(host)).rejects.toEqual(REFUSED);
    },
  );

  test.each(["::ffff:10.0.0.1", "::ffff:7f00:1:0", "128.0.0.1", "126.255.255.255", "fe80::1%lo"])(
    "%s, which looks a little like one",
    async (host) => {
      await expect(loopbackAddress(host)).rejects.toThrow();
    },
  );

  test("a name of another host", async () => {
    const asked = loopbackAddress("there.example", knowing("192.0.2.1"));
    await expect(asked).rejects.toEqual(REFUSED);
  });

  test.each([
    ["first", ["192.0.2.1", "127.0.0.1"]],
    ["second", ["127.0.0.1", "2001:db8::1"]],
  ])("a name of which the %s address is another host's", async (_which, addresses) => {
    const asked = loopbackAddress("both.example", knowing(...addresses));
    await expect(asked).rejects.toEqual(REFUSED);
  });

  test("property: an IPv4 address passes where its first byte is 127, and no IPv6 address but ::1", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const isHere = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^(0*:)*0*1$|^::ffff:7f/i.test(text);
        if (isHere) expect(requireLoopback(text)).toMatch(/^127\.|^::1$/);
        else expect(() => requireLoopback(text)).toThrow(REFUSED);
      }),
    );
  });

  test.each(["10.0.0.1.127.0.0.1", "evil.example.127.0.0.1", "::1%eth0", "127.1", ""])(
    "what only ends, or begins, like one: %p",
    (text) => {
      expect(() => requireLoopback(text)).toThrow();
    },
  );
});
