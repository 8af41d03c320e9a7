import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodePcap } from "./pcap.ts";

// tcpdump -w of one datagram on loopback.
const HEADER = "d4c3b2a1020004000000000000000000000004000100000000".slice(0, 48);
const RECORD = "8b67046b33b70a000300000003000000aabbcc";

test("decodePcap", () => {
  const [packet, ...others] = decodePcap(Uint8Array.fromHex(HEADER + RECORD));
  expect({ packet, others }).toEqual({
    packet: {
      capturedAtMs: 0x6b_04_67_8b * 1000 + 702.259,
      frame: Uint8Array.of(0xaa, 0xbb, 0xcc),
    },
    others: [],
  });
});

test("a record that is cut off is left out", () => {
  const file = Uint8Array.fromHex(HEADER + RECORD + RECORD);
  fc.assert(
    fc.property(fc.nat(file.length - 24), (cutBytes) => {
      const { length } = decodePcap(file.subarray(0, file.length - cutBytes));
      expect(length).toBe(Math.floor((file.length - 24 - cutBytes) / 19));
    }),
  );
});

test("anything else is refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(() => decodePcap(bytes)).toThrow(RangeError);
    }),
  );
});
