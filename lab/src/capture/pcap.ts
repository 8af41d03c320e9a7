/** A packet as it stands in a capture file. */
export interface PcapPacket {
  /** Milliseconds since 1970, to the microsecond. */
  readonly capturedAtMs: number;
  /** The frame, from its link-layer header on. */
  readonly frame: Uint8Array;
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1_b2_c3_d4;

/**
 * The packets of a capture file of this machine, as `tcpdump -w` writes it (classic pcap, times in
 * microseconds). A record that is cut off is left out.
 *
 * @throws RangeError for anything else.
 */
export function decodePcap(file: Uint8Array): PcapPacket[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.byteLength < FILE_HEADER_BYTES || view.getUint32(0, true) !== MAGIC_MICROSECONDS) {
    throw new RangeError("expected a little-endian pcap file with times in microseconds");
  }
  const packets: PcapPacket[] = [];
  let offset = FILE_HEADER_BYTES;
  while (offset + RECORD_HEADER_BYTES <= file.byteLength) {
    const start = offset + RECORD_HEADER_BYTES;
    const end = start + view.getUint32(offset + 8, true);
    if (end > file.byteLength) break;
    const capturedAtMs =
      1000 * view.getUint32(offset, true) + view.getUint32(offset + 4, true) / 1000;
    packets.push({ capturedAtMs, frame: file.subarray(start, end) });
    offset = end;
  }
  return packets;
}
