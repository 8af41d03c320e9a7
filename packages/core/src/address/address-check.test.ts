import { describe, expect, test } from "bun:test";
import { checkLocalAddress, checkPeerAddress } from "./address-check.ts";

const ONE_HOST = ["127.0.0.1", "192.0.2.1", "255.255.255.254", "::1", "2001:db8::1", "fe80::1%1"];
const ALL_OF_A_HOST = ["0.0.0.0", "::"];
const GROUPS = ["224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "ff02::1%1"];

function badHost(message: string): unknown {
  return expect.objectContaining({ code: "UDP_BAD_HOST", message });
}

describe("a server", () => {
  test.each([...ONE_HOST, ...ALL_OF_A_HOST])("can listen at %s", (address) => {
    expect(checkLocalAddress(address)).toBe(address);
  });

  test.each(GROUPS)("cannot listen at %s", (address) => {
    expect(() => checkLocalAddress(address)).toThrow(
      badHost(
        `expected an address of this host to listen at; ${address} is a multicast or broadcast address`,
      ),
    );
  });
});

describe("a client", () => {
  test.each(ONE_HOST)("can ask %s", (address) => {
    expect(checkPeerAddress(address)).toBe(address);
  });

  test.each([...ALL_OF_A_HOST, ...GROUPS])("cannot ask %s", (address) => {
    expect(() => checkPeerAddress(address)).toThrow(
      badHost(
        `expected the address of one host to ask; ${address} stands for several, and an answer could not be checked`,
      ),
    );
  });
});
