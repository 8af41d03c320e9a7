import type { AddressFamily } from "@udp/core";
import { headerBytes, minPacketBytes, payloadBytesOf, UDP_HEADER_BYTES } from "./packet-size.ts";

/** What a setting is that depends on the path MTU. */
export type AdviceSetting =
  | "udp-payload"
  | "tcp-mss"
  | "quic-max-udp-payload-size"
  | "wireguard-mtu"
  | "vxlan-mtu";

/** What one setting should be, at most, on a path. */
export interface Advice {
  readonly setting: AdviceSetting;
  /** `undefined` where the path is too narrow for it. */
  readonly bytes: number | undefined;
  /** What takes the difference, and who says so. */
  readonly reason: string;
}

const TCP_HEADER_BYTES = 20;
const WIREGUARD_BYTES = 32;
const VXLAN_BYTES = 8 + 14;

/** QUIC cannot be used with less (RFC 9000 section 14). */
const MIN_QUIC_PAYLOAD_BYTES = 1200;

/** A tunnel narrower than this carries no IP at all. */
const MIN_TUNNEL_MTU_BYTES = minPacketBytes(4);

/** What a path MTU means for what is built on it. */
export function adviceFor(pathMtuBytes: number, family: AddressFamily): readonly Advice[] {
  const udpBytes = payloadBytesOf(pathMtuBytes, family);
  const tcpBytes = udpBytes + UDP_HEADER_BYTES - TCP_HEADER_BYTES;
  const reasons = REASONS[family];
  return [
    advise("udp-payload", udpBytes, 0, reasons),
    advise("tcp-mss", tcpBytes, 1, reasons),
    advise("quic-max-udp-payload-size", udpBytes, MIN_QUIC_PAYLOAD_BYTES, reasons),
    advise("wireguard-mtu", udpBytes - WIREGUARD_BYTES, MIN_TUNNEL_MTU_BYTES, reasons),
    advise("vxlan-mtu", udpBytes - VXLAN_BYTES, MIN_TUNNEL_MTU_BYTES, reasons),
  ];
}

type Reasons = Readonly<Record<AdviceSetting, string>>;

const REASONS: Readonly<Record<AddressFamily, Reasons>> = { 4: reasonsFor(4), 6: reasonsFor(6) };

function reasonsFor(family: AddressFamily): Reasons {
  const ip = `${headerBytes(family) - UDP_HEADER_BYTES} IPv${family}`;
  return {
    "udp-payload": `less ${ip} + 8 UDP (RFC 768)`,
    "tcp-mss": `less ${ip} + 20 TCP (RFC 9293 section 3.7.1)`,
    "quic-max-udp-payload-size": `the UDP payload, at least 1200 (RFC 9000 sections 14 and 18.2)`,
    "wireguard-mtu": `less ${ip} + 8 UDP + 16 header + 16 tag (WireGuard paper, section 5.4.6)`,
    "vxlan-mtu": `less ${ip} + 8 UDP + 8 VXLAN + 14 Ethernet (RFC 7348 section 5)`,
  };
}

function advise(setting: AdviceSetting, bytes: number, minBytes: number, reasons: Reasons): Advice {
  return { setting, bytes: bytes < minBytes ? undefined : bytes, reason: reasons[setting] };
}
