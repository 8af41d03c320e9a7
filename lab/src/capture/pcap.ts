/** A packet as it stands in a capture file. */
export interface PcapPacket {
  /** Milliseconds since 1970, to the microsecond. */
  readonly capturedAtMs: number;
  /** The frame, from its link-layer header on. */
  readonly frame: Uint8Array;
}

/** What the frames of a capture file begin with (LINKTYPE_*). */
export const LINK_TYPE = { ethernet: 1, ip: 101 } as const;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const MAGIC_MICROSECONDS = 0xa1_b2_c3_d4;
const VERSION = [2, 4] as const;
const MAX_FRAME_BYTES = 262_144;

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

/** A capture file as {@link decodePcap} takes it, for programs that read one. */
export function encodePcap(
  packets: readonly PcapPacket[],
  linkType: (typeof LINK_TYPE)[keyof typeof LINK_TYPE],
): Uint8Array {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  header.writeUInt32LE(MAGIC_MICROSECONDS, 0);
  header.writeUInt16LE(VERSION[0], 4);
  header.writeUInt16LE(VERSION[1], 6);
  header.writeUInt32LE(MAX_FRAME_BYTES, 16);
  header.writeUInt32LE(linkType, 20);
  return Buffer.concat([header, ...packets.flatMap(encodeRecord)]);
}

function encodeRecord({ capturedAtMs, frame }: PcapPacket): Uint8Array[] {
  const microseconds = Math.round(1000 * capturedAtMs);
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt32LE(Math.floor(microseconds / 1e6), 0);
  header.writeUInt32LE(microseconds % 1e6, 4);
  header.writeUInt32LE(frame.byteLength, 8);
  header.writeUInt32LE(frame.byteLength, 12);
  return [header, frame];
}
