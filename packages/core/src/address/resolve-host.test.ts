import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { UdpError } from "../errors.ts";
import type { AddressFamily } from "./ip-address.ts";
import type { LookUpName } from "./resolve-host.ts";
import { firstThatWorks, resolveHost } from "./resolve-host.ts";

const dualStack: LookUpName = async () => ["2001:DB8::1", "192.0.2.1", "::ffff:192.0.2.2"];

const lookUpNothing: LookUpName = () => Promise.reject(new Error("nobody may be asked"));

function failure(code: string, message: string): unknown {
  return expect.objectContaining({ code, message });
}

describe("names", () => {
  test.each<[AddressFamily | undefined, readonly string[]]>([
    [undefined, ["2001:db8::1", "192.0.2.1", "192.0.2.2"]],
    [4, ["192.0.2.1", "192.0.2.2"]],
    [6, ["2001:db8::1"]],
  ])("give their addresses of family %p, canonical and in order", async (family, expected) => {
    const addresses = await resolveHost("dual.example", { family, lookUpName: dualStack });
    expect(addresses).toEqual([...expected]);
  });

  test.each(["localhost", "a.example.", "3com.example", "0x7f.example", "1e2", "[", "a b"])(
    "%p is one",
    async (name) => {
      const lookUpName: LookUpName = async (asked) => (asked === name ? ["192.0.2.1"] : []);
      expect(await resolveHost(name, { lookUpName })).toEqual(["192.0.2.1"]);
    },
  );

  test("that are not known are UDP_NAME_NOT_FOUND, with the resolver's word as the cause", async () => {
    const cause = new Error("ENOTFOUND");
    const asked = resolveHost("no\u001b.example", { lookUpName: () => Promise.reject(cause) });
    await expect(asked).rejects.toEqual(
      expect.objectContaining({
        code: "UDP_NAME_NOT_FOUND",
        message: String.raw`cannot find the host "no\u001b.example"; check the name, or give an address`,
        cause,
      }),
    );
  });

  test.each<[AddressFamily | undefined, string]>([
    [undefined, `"v4.example" has no address; check the name`],
    [4, `"v4.example" has no IPv4 address; check the name`],
    [6, `"v4.example" has no IPv6 address; check the name`],
  ])(
    "without any address, asked for family %p, are UDP_NAME_NOT_FOUND",
    async (family, message) => {
      const asked = resolveHost("v4.example", { family, lookUpName: async () => [] });
      await expect(asked).rejects.toEqual(failure("UDP_NAME_NOT_FOUND", message));
    },
  );

  test.each<[AddressFamily, readonly string[], string]>([
    [6, ["192.0.2.1"], `"one.example" has no IPv6 address, only 192.0.2.1`],
    [4, ["::1", "2001:DB8::1"], `"one.example" has no IPv4 address, only ::1, 2001:db8::1`],
  ])("without one of IPv%d name those that they have", async (family, found, message) => {
    const asked = resolveHost("one.example", { family, lookUpName: async () => found });
    await expect(asked).rejects.toEqual(failure("UDP_NAME_NOT_FOUND", message));
  });

  test("may mean a link-local address without its zone, as the resolver has it", async () => {
    const lookUpName: LookUpName = async () => ["fe80::1"];
    expect(await resolveHost("printer.example", { lookUpName })).toEqual(["fe80::1"]);
  });
});

describe("a signal", () => {
  const reason = new Error("enough");

  test.each(["server.example", "192.0.2.1", "127.1"])(
    "that is aborted already: %s is neither looked up nor read",
    async (host) => {
      const asked: string[] = [];
      const lookUpName: LookUpName = async (name) => {
        asked.push(name);
        return ["192.0.2.1"];
      };
      const resolving = resolveHost(host, { signal: AbortSignal.abort(reason), lookUpName });
      await expect(resolving).rejects.toBe(reason);
      expect(asked).toEqual([]);
    },
  );

  test("that is aborted ends the wait for a name", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const found = Promise.withResolvers<string[]>();
    const resolving = resolveHost("slow.example", { signal, lookUpName: () => found.promise });
    controller.abort(reason);
    found.resolve(["192.0.2.1"]);
    await expect(resolving).rejects.toBe(reason);
  });

  test("is let go of once the name is found", async () => {
    const { signal } = new AbortController();
    await resolveHost("dual.example", { signal, lookUpName: dualStack });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("addresses", () => {
  const interfaces = { eth0: [] };

  test("with a zone that is no interface here: UDP_BAD_ADDRESS", async () => {
    await expect(resolveHost("fe80::1%zz", { interfaces })).rejects.toEqual(
      failure(
        "UDP_BAD_ADDRESS",
        "expected an interface of this host that has an address behind the %; got fe80::1%zz",
      ),
    );
  });

  test.each<[string, string]>([
    ["127.0.0.1", "127.0.0.1"],
    ["::FFFF:127.0.0.1", "127.0.0.1"],
    ["::1", "::1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ])("%s needs no resolver", async (host, address) => {
    expect(await resolveHost(host, { lookUpName: lookUpNothing, interfaces })).toEqual([address]);
  });

  test.each(["", "127.1", "127.0.0.1.", "0x7f.1", "2130706433", "a.0x", "[::1]", "fe80::1%"])(
    "%p looks like one and is none: UDP_BAD_ADDRESS",
    async (host) => {
      await expect(resolveHost(host, { lookUpName: lookUpNothing })).rejects.toEqual(
        expect.objectContaining({ code: "UDP_BAD_ADDRESS" }),
      );
    },
  );

  test.each<[string, string]>([
    ["fe80::1", "fe80::1"],
    ["FE80:0::1", "fe80::1"],
    ["febf:ffff::1", "febf:ffff::1"],
  ])(
    "%s is link-local and says nothing without its link: UDP_BAD_ADDRESS",
    async (host, address) => {
      await expect(resolveHost(host, { lookUpName: lookUpNothing })).rejects.toEqual(
        failure(
          "UDP_BAD_ADDRESS",
          `expected the interface behind a link-local address, such as ${address}%eth0; got ${address}`,
        ),
      );
    },
  );

  test.each(["fec0::1", "fe7f::1", "fe8::1", "fe80:1::1%eth0", "ff02::1"])(
    "%s needs no zone, or has one",
    async (host) => {
      expect(await resolveHost(host, { lookUpName: lookUpNothing, interfaces })).toEqual([host]);
    },
  );

  test.each<[string, string]>([
    ["", "expected a host name or an IP address, got nothing"],
    [
      "127.0.0.1:1060",
      'expected a host alone, without brackets; the port is given by itself; got "127.0.0.1:1060"',
    ],
    ["[::1]", 'expected a host alone, without brackets; the port is given by itself; got "[::1]"'],
  ])("%p says what was expected instead", async (host, message) => {
    await expect(resolveHost(host, { lookUpName: lookUpNothing })).rejects.toEqual(
      failure("UDP_BAD_ADDRESS", message),
    );
  });

  test.each<[string, AddressFamily, string]>([
    ["127.0.0.1", 6, "expected an IPv6 address, got 127.0.0.1"],
    ["::ffff:127.0.0.1", 6, "expected an IPv6 address, got 127.0.0.1"],
    ["::1", 4, "expected an IPv4 address, got ::1"],
  ])("%s is none of IPv%d: UDP_BAD_ADDRESS", async (host, family, message) => {
    await expect(resolveHost(host, { family })).rejects.toEqual(
      failure("UDP_BAD_ADDRESS", message),
    );
  });

  test("never reach the resolver in any of the spellings that it would guess at", async () => {
    const part = fc.oneof(
      fc.nat(0xff_ff_ff_ff).map(String),
      fc.nat(0xff_ff_ff_ff).map((value) => `0x${value.toString(16)}`),
      fc.nat(0o777).map((value) => `0${value.toString(8)}`),
    );
    const guesses = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("."));
    await fc.assert(
      fc.asyncProperty(guesses, async (host) => {
        const isRefused = await resolveHost(host, { lookUpName: lookUpNothing }).then(
          ([address]) => address === host,
          (error) => error instanceof UdpError && error.code === "UDP_BAD_ADDRESS",
        );
        expect(isRefused).toBe(true);
      }),
    );
  });
});

describe("firstThatWorks", () => {
  const refused = (address: string): UdpError => new UdpError("UDP_REFUSED", address);
  const codes = ["UDP_REFUSED"];

  /** Answers at the address that works, and refuses elsewhere. */
  function serverAt(works: string, tried: string[]): (address: string) => Promise<string> {
    return async (address) => {
      tried.push(address);
      if (address !== works) throw refused(address);
      return `answer of ${address}`;
    };
  }

  test("moves on until one works, and no further", async () => {
    const tried: string[] = [];
    const answer = await firstThatWorks(["a", "b", "c"], codes, serverAt("b", tried));
    expect({ answer, tried }).toEqual({ answer: "answer of b", tried: ["a", "b"] });
  });

  test("throws the last failure", async () => {
    const tried: string[] = [];
    const attempt = firstThatWorks(["a", "b"], codes, serverAt("c", tried));
    await expect(attempt).rejects.toEqual(failure("UDP_REFUSED", "b"));
    expect(tried).toEqual(["a", "b"]);
  });

  test.each<[string, () => Error]>([
    ["an error of another code", () => new UdpError("UDP_CLOSED", "closed")],
    ["any other error", () => new Error("UDP_REFUSED")],
  ])("does not move on after %s", async (_name, createError) => {
    const error = createError();
    const tried: string[] = [];
    const attempt = firstThatWorks(["a", "b"], codes, (address) => {
      tried.push(address);
      return Promise.reject(error);
    });
    await expect(attempt).rejects.toBe(error);
    expect(tried).toEqual(["a"]);
  });
});
