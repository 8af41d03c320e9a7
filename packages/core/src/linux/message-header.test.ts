import { expect, test } from "bun:test";
import fc from "fast-check";
import { MESSAGE_HEADER_BYTES, readMessageHeader, writeMessageHeader } from "./message-header.ts";

const SPANS = {
  name: { address: 0x11_22_33_44_55_66, byteLength: 28 },
  payload: { address: 0x0a_bb_cc_dd_ee_ff, byteLength: 1472 },
  control: { address: 0x7f_00_00_00_00_08, byteLength: 256 },
};

test("a header and its iovec are these bytes", () => {
  const bytes = new Uint8Array(MESSAGE_HEADER_BYTES).fill(0xff);
  writeMessageHeader(new DataView(bytes.buffer), 0x10_00, SPANS);
  expect(bytes.toHex().match(/.{16}/g)).toEqual([
    "6655443322110000", // name
    "1c00000000000000",
    "3810000000000000", // the iovec, 56 bytes on
    "0100000000000000",
    "08000000007f0000", // control
    "0001000000000000",
    "0000000000000000", // flags
    "ffeeddccbb0a0000", // payload
    "c005000000000000",
  ]);
});

test("what was filled is read where the system writes it", () => {
  fc.assert(
    fc.property(fc.nat(28), fc.nat(256), (nameBytes, controlBytes) => {
      const header = new DataView(new ArrayBuffer(MESSAGE_HEADER_BYTES));
      writeMessageHeader(header, 0x10_00, SPANS);
      header.setUint32(8, nameBytes, true);
      header.setBigUint64(40, BigInt(controlBytes), true);
      expect(readMessageHeader(header)).toEqual({ nameBytes, controlBytes });
    }),
  );
});
