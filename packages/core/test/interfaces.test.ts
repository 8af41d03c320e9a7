import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { systemAddress } from "../src/address/ip-address.ts";
import { readInterfaceAddresses, readLinks } from "../src/linux/index.ts";

describe.skipIf(process.platform !== "linux")("the interfaces of this host (Linux)", () => {
  test("have the loopback among them", () => {
    const loopback = readLinks().find(({ flags }) => flags.isLoopback);
    expect(loopback).toEqual({
      index: 1,
      name: "lo",
      mtuBytes: expect.any(Number),
      flags: expect.objectContaining({ hasBroadcast: false, isPointToPoint: false }),
    });
  });

  test("have the addresses that the runtime knows", () => {
    const known = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
      list.map(({ address, cidr }) => ({ name, address, bits: Number(cidr?.split("/")[1]) })),
    );
    const names = new Map(readLinks().map(({ index, name }) => [index, name]));
    const read = readInterfaceAddresses().map(({ interfaceIndex, address, prefixLength }) => ({
      name: names.get(interfaceIndex),
      address: address.replace(/%.*/, ""),
      bits: prefixLength,
    }));
    expect(read).toEqual(
      expect.arrayContaining(
        known.map(({ address, ...rest }) => ({ ...rest, address: systemAddress(address) })),
      ),
    );
  });
});
