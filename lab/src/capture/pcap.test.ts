import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodePcap, encodePcap, LINK_TYPE } from "./pcap.ts";

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

test("encodePcap writes what decodePcap reads", () => {
  const packet = fc.record({
    capturedAtMs: fc.nat({ max: 0x7f_ff_ff_ff }),
    frame: fc.uint8Array({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 5 }), (packets) => {
      const file = encodePcap(packets, LINK_TYPE.ethernet);
      expect(decodePcap(file)).toEqual(packets);
    }),
  );
});

test("encodePcap begins as tcpdump does", () => {
  const packet = { capturedAtMs: 0x6b_04_67_8b * 1000, frame: Uint8Array.of(0xaa, 0xbb, 0xcc) };
  expect(Buffer.from(encodePcap([packet], LINK_TYPE.ethernet)).toHex()).toBe(
    HEADER + RECORD.replace("33b70a00", "00000000"),
  );
});
