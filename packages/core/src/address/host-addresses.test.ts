import { expect, test } from "bun:test";
import type { NetworkInterfaceInfo } from "node:os";
import { HostAddresses } from "./host-addresses.ts";
import { addressWords, parseAddress } from "./ip-address.ts";

const interfaces = {
  lo: [ipv4("127.0.0.1", 8), ipv6("::1", 128)],
  eth0: [ipv4("10.77.0.1", 24), ipv6("fe80::1", 64), ipv6("2001:db8::1", 64)],
  tunnel: [ipv4("192.0.2.4", 31), ipv4("192.0.2.9", 32)],
  none: undefined,
};
const host = new HostAddresses(interfaces);

function ipv4(address: string, prefixLength: number): NetworkInterfaceInfo {
  const cidr = `${address}/${prefixLength}`;
  return { family: "IPv4", address, cidr, netmask: "", mac: "", internal: false };
}

function ipv6(address: string, prefixLength: number): NetworkInterfaceInfo {
  const cidr = `${address}/${prefixLength}`;
  return { family: "IPv6", address, cidr, netmask: "", mac: "", internal: false, scopeid: 0 };
}

function answers(question: "isOwn" | "isBroadcast", address: string): boolean {
  return host[question](addressWords(parseAddress(address)));
}

test.each<[string, boolean]>([
  ["10.77.0.1", true],
  ["::ffff:10.77.0.1", true],
  ["10.77.0.2", false],
  ["10.77.0.255", false],
  ["127.0.0.1", true],
  ["127.200.0.9", true],
  ["::1", true],
  ["::2", false],
  ["fe80::1%eth0", true],
  ["2001:db8::1", true],
  ["2001:db8::2", false],
  ["::a4d:1", false],
])("%s is the host's own: %p", (address, isOwn) => {
  expect(answers("isOwn", address)).toBe(isOwn);
});

test.each<[string, boolean]>([
  ["10.77.0.255", true],
  ["::ffff:10.77.0.255", true],
  ["127.255.255.255", true],
  ["10.77.0.1", false],
  ["10.77.1.255", false],
  ["192.0.2.5", false],
  ["192.0.2.9", false],
  ["::a4d:ff", false],
  ["2001:db8:0:0:ffff:ffff:ffff:ffff", false],
])("%s is a broadcast address of its networks: %p", (address, isBroadcast) => {
  expect(answers("isBroadcast", address)).toBe(isBroadcast);
});

test("without interfaces only the loopback is the host's own", () => {
  const bare = new HostAddresses({});
  const questions = ["127.0.0.1", "::1", "10.77.0.1"].map((text) => bare.isOwn(addressWords(text)));
  expect(questions).toEqual([true, true, false]);
});
