import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CoreErrorCode } from "../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { formatEndpoint, parseEndpoint, sameEndpoint } from "./endpoint.ts";
import { parseAddress } from "./ip-address.ts";

describe("parseEndpoint", () => {
  test.each<[string, string, number]>([
    ["127.0.0.1:1060", "127.0.0.1", 1060],
    ["127.0.0.1:0", "127.0.0.1", 0],
    ["[::1]:65535", "::1", 65_535],
    ["[fe80::1%eth0]:1060", "fe80::1%eth0", 1060],
    ["[::ffff:127.0.0.1]:7", "127.0.0.1", 7],
    ["[127.0.0.1]:7", "127.0.0.1", 7],
  ])("reads %s", (text, address, port) => {
    expect(parseEndpoint(text)).toEqual({ address, port });
  });

  test.each<[string, string, number]>([
    ["127.0.0.1", "127.0.0.1", 1060],
    ["127.0.0.1:7", "127.0.0.1", 7],
    ["[::1]", "::1", 1060],
    ["[::1]:7", "::1", 7],
    ["::1", "::1", 1060],
    ["::1:7", "::1:7", 1060],
    ["fe80::1%eth0", "fe80::1%eth0", 1060],
  ])("reads %s with a default port", (text, address, port) => {
    expect(parseEndpoint(text, 1060)).toEqual({ address, port });
  });

  test.each<[string, CoreErrorCode, string]>([
    ["127.0.0.1", "UDP_BAD_PORT", "expected a port after the address, such as 127.0.0.1:1060"],
    ["[::1]", "UDP_BAD_PORT", "expected a port after the address, such as 127.0.0.1:1060"],
    ["127.0.0.1:", "UDP_BAD_PORT", "expected a port from 0 to 65535"],
    ["[::1]:65536", "UDP_BAD_PORT", "expected a port from 0 to 65535"],
    ["[::1]:7\n", "UDP_BAD_PORT", "expected a port from 0 to 65535"],
    ["::1", "UDP_BAD_ADDRESS", "expected an IPv6 address in brackets, such as [::1]:1060"],
    ["[", "UDP_BAD_ADDRESS", "expected [IPv6]:port, such as [::1]:1060"],
    ["[::1]x:7", "UDP_BAD_ADDRESS", "expected [IPv6]:port, such as [::1]:1060"],
    ["[]:7", "UDP_BAD_ADDRESS", "expected a host name or an IP address, got nothing"],
    [":7", "UDP_BAD_ADDRESS", "expected a host name or an IP address, got nothing"],
    ["localhost:7", "UDP_BAD_ADDRESS", "expected an IPv4 or IPv6 address"],
  ])("refuses %p with %s", (text, code, message) => {
    expect(() => parseEndpoint(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test.each<[string, CoreErrorCode]>([
    ["", "UDP_BAD_ADDRESS"],
    ["127.0.0.1:", "UDP_BAD_PORT"],
    ["127.0.0.1:1:2", "UDP_BAD_ADDRESS"],
  ])("refuses %p with a default port too", (text, code) => {
    expect(() => parseEndpoint(text, 1060)).toThrow(expect.objectContaining({ code }));
  });
});

const addresses = fc.oneof(
  fc.ipV4(),
  fc.ipV6().map(parseAddress),
  fc.stringMatching(/^fe80::[1-9a-f]%[a-z0-9]{1,15}$/),
);
const ports = fc.nat(65_535);

test("what formatEndpoint writes, parseEndpoint reads, with or without a default port", () => {
  fc.assert(
    fc.property(addresses, ports, fc.option(ports, { nil: undefined }), (address, port, other) => {
      const endpoint: Endpoint = { address, port };
      expect(parseEndpoint(formatEndpoint(endpoint), other)).toEqual(endpoint);
    }),
  );
});

test("any other text is refused with a code of its own", () => {
  fc.assert(
    fc.property(fc.string(), fc.option(ports, { nil: undefined }), (text, defaultPort) => {
      try {
        const { address } = parseEndpoint(text, defaultPort);
        expect(parseAddress(address)).toBe(address);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^UDP_BAD_(ADDRESS|PORT)$/) });
      }
    }),
  );
});

test("endpoints are the same where address and port are", () => {
  const endpoint = { address: "127.0.0.1", port: 1060 };
  const others = [
    { ...endpoint },
    { ...endpoint, port: 1061 },
    { ...endpoint, address: "127.0.0.2" },
  ];
  expect(others.map((other) => sameEndpoint(endpoint, other))).toEqual([true, false, false]);
});
