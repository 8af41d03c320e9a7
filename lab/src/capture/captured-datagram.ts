import type { Endpoint } from "@udp/core";
import { parseAddress } from "@udp/core";

/** A whole UDP datagram as a frame carried it. */
export interface CapturedDatagram {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  /** Time to live, or hop limit, where it was captured. */
  readonly hopLimit: number;
  readonly payload: Uint8Array;
}

const ETHERNET_HEADER_BYTES = 14;
const IPV4_ADDRESSES = [12, 16, 20] as const;
const IPV6_ADDRESSES = [8, 24, 40] as const;
const UDP_HEADER_BYTES = 8;
const UDP_PROTOCOL = 17;
/** More fragments, or an offset. */
const IPV4_FRAGMENT = 0x3f_ff;

/** The datagram in an Ethernet frame; `undefined` for a fragment and for anything but UDP. */
export function datagramInFrame(frame: Uint8Array): CapturedDatagram | undefined {
  const packet = frame.subarray(ETHERNET_HEADER_BYTES);
  const version = (packet[0] ?? 0) >> 4;
  if (version === 4) return datagramInIpv4(packet);
  return version === 6 ? datagramInIpv6(packet) : undefined;
}

function datagramInIpv4(packet: Uint8Array): CapturedDatagram | undefined {
  const isWhole = (readUint16(packet, 6) & IPV4_FRAGMENT) === 0;
  if (packet[9] !== UDP_PROTOCOL || !isWhole) return undefined;
  const headerBytes = 4 * ((packet[0] ?? 0) & 0x0f);
  return readDatagram(packet, IPV4_ADDRESSES, packet[8] ?? 0, headerBytes);
}

/** Extension headers are not looked behind. */
function datagramInIpv6(packet: Uint8Array): CapturedDatagram | undefined {
  if (packet[6] !== UDP_PROTOCOL) return undefined;
  const [, , headerBytes] = IPV6_ADDRESSES;
  return readDatagram(packet, IPV6_ADDRESSES, packet[7] ?? 0, headerBytes);
}

function readDatagram(
  packet: Uint8Array,
  [source, destination, end]: readonly [number, number, number],
  hopLimit: number,
  headerBytes: number,
): CapturedDatagram | undefined {
  const udp = packet.subarray(headerBytes);
  if (udp.length < UDP_HEADER_BYTES) return undefined;
  return {
    source: {
      address: readAddress(packet.subarray(source, destination)),
      port: readUint16(udp, 0),
    },
    destination: {
      address: readAddress(packet.subarray(destination, end)),
      port: readUint16(udp, 2),
    },
    hopLimit,
    payload: udp.subarray(UDP_HEADER_BYTES, readUint16(udp, 4)),
  };
}

function readAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, index) => readUint16(bytes, 2 * index).toString(16));
  return parseAddress(groups.join(":"));
}

function readUint16(bytes: Uint8Array, offset: number): number {
  return 256 * (bytes[offset] ?? 0) + (bytes[offset + 1] ?? 0);
}
