import type { Pointer } from "bun:ffi";
import { toArrayBuffer } from "bun:ffi";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { FilteredPacket } from "../../test/filter-machine.ts";
import { runFilter } from "../../test/filter-machine.ts";
import type { AddressWords } from "../address/ip-address.ts";
import { addressFamily, addressWords, parseAddress } from "../address/ip-address.ts";
import { filterProgram } from "./filter-program.ts";
import { UNICAST_FILTER } from "./unicast-filter.ts";

const INSTRUCTION_COUNT = 12;
const INSTRUCTION_BYTES = 8;

const PACKET_HOST = 0;
const PACKET_BROADCAST = 1;
const PACKET_MULTICAST = 2;

/** The instructions, read from where the program points as the kernel reads them. */
function readInstructions(): DataView {
  const program = new DataView(filterProgram(UNICAST_FILTER).buffer);
  const pointer = Number(program.getBigUint64(8, true)) as Pointer;
  return new DataView(toArrayBuffer(pointer, 0, INSTRUCTION_COUNT * INSTRUCTION_BYTES));
}

/** The first bytes of an IP packet to this address; what the filter does not read is junk. */
function packetTo(address: string, type = PACKET_HOST): FilteredPacket {
  const canonical = parseAddress(address);
  const words = addressWords(canonical);
  return addressFamily(canonical) === 4 ? ipv4Packet(words, type) : ipv6Packet(words, type);
}

function ipv4Packet(destination: AddressWords, type: number): FilteredPacket {
  const header = new DataView(new Uint8Array(20).fill(0xff).buffer);
  header.setUint8(0, 0x45);
  header.setUint32(16, destination[3] ?? 0);
  return { type, header };
}

function ipv6Packet(destination: AddressWords, type: number): FilteredPacket {
  const header = new DataView(new Uint8Array(40).fill(0xff).buffer);
  header.setUint8(0, 0x60);
  for (const [index, word] of destination.entries()) header.setUint32(24 + 4 * index, word);
  return { type, header };
}

function isKept(packet: FilteredPacket): boolean {
  return runFilter(UNICAST_FILTER, packet) > 0;
}

test("the program counts twelve instructions", () => {
  const program = new DataView(filterProgram(UNICAST_FILTER).buffer);
  expect([program.byteLength, program.getUint16(0, true)]).toEqual([16, INSTRUCTION_COUNT]);
});

test("its instructions are these bytes", () => {
  const bytes = new Uint8Array(readInstructions().buffer);
  const lines = Array.from({ length: INSTRUCTION_COUNT }, (_, index) =>
    bytes.slice(index * INSTRUCTION_BYTES, (index + 1) * INSTRUCTION_BYTES).toHex(),
  );
  expect(lines).toEqual([
    "2000000004f0ffff",
    "1500000900000000",
    "300000000000f0ff",
    "54000000f0000000",
    "1500030060000000",
    "200000001000f0ff",
    "35000400000000e0",
    "15000302ffffff7f",
    "300000001800f0ff",
    "15000100ff000000",
    "06000000ffffffff",
    "0600000000000000",
  ]);
});

describe("a packet of this host's link layer", () => {
  test.each<[string, boolean]>([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["127.255.255.255", false],
    ["10.77.0.1", true],
    ["223.255.255.255", true],
    ["224.0.0.0", false],
    ["239.255.255.255", false],
    ["255.255.255.255", false],
    ["::1", true],
    ["fe80::1", true],
    ["feff::1", true],
    ["ff02::1", false],
    ["ff0e::1", false],
  ])("to %s is kept: %p", (address, expected) => {
    expect(isKept(packetTo(address))).toBe(expected);
  });

  test("is kept to any IPv4 address but two ranges", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const isMulticastOrAbove = Number(address.split(".")[0]) >= 224;
        const expected = !isMulticastOrAbove && address !== "127.255.255.255";
        expect(isKept(packetTo(address))).toBe(expected);
      }),
    );
  });

  test("is kept to any IPv6 address that is not multicast", () => {
    const words: fc.Arbitrary<AddressWords> = fc.uint32Array({ minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(words, (destination) => {
        const isMulticast = (destination[0] ?? 0) >>> 24 === 0xff;
        expect(isKept(ipv6Packet(destination, PACKET_HOST))).toBe(!isMulticast);
      }),
    );
  });
});

test.each([PACKET_BROADCAST, PACKET_MULTICAST, 3, 5])(
  "a packet of link-layer type %d is dropped, whatever its address",
  (type) => {
    const verdicts = ["10.77.0.1", "10.77.0.255", "::1"].map((address) =>
      isKept(packetTo(address, type)),
    );
    expect(verdicts).toEqual([false, false, false]);
  },
);
