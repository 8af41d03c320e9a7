import type { AddressFamily } from "../address/ip-address.ts";
import { formatIpv4Word } from "../address/ipv4-word.ts";
import type { ControlMessage } from "./control-message.ts";
import { ipOptions } from "./ip-options.ts";
import { decodeIpv6Address } from "./sockaddr.ts";

/** How a datagram arrived, as far as the socket was told to ask. */
export interface Arrival {
  /** Time to live, or hop limit, that was left on arrival. */
  readonly hopLimit?: number;
  /** The address that it was sent to, its own or that of a group; with a zone where link-local. */
  readonly destination?: string;
  /** The number of the interface at which it came in. */
  readonly interfaceIndex?: number;
}

/** What the control messages beside a datagram say about its arrival. */
export function decodeArrival(messages: readonly ControlMessage[], family: AddressFamily): Arrival {
  const { level, hopLimitMessage, packetInfoMessage } = ipOptions(family);
  const arrival: { -readonly [Key in keyof Arrival]: Arrival[Key] } = {};
  for (const { data, ...message } of messages) {
    if (message.level !== level) continue;
    if (message.type === hopLimitMessage) arrival.hopLimit = viewOf(data).getInt32(0, true);
    if (message.type === packetInfoMessage) Object.assign(arrival, decodePacketInfo(data, family));
  }
  return arrival;
}

/**
 * `struct in_pktinfo { i32 ifindex; u8 spec_dst[4]; u8 addr[4]; }` or
 * `struct in6_pktinfo { u8 addr[16]; u32 ifindex; }`.
 */
function decodePacketInfo(data: Uint8Array, family: AddressFamily): Arrival {
  const view = viewOf(data);
  if (family === 4) {
    return {
      destination: formatIpv4Word(view.getUint32(8)),
      interfaceIndex: view.getInt32(0, true),
    };
  }
  const interfaceIndex = view.getUint32(16, true);
  const scope = isLinkLocal(view) ? interfaceIndex : 0;
  return { destination: decodeIpv6Address(data.subarray(0, 16), scope), interfaceIndex };
}

/** `fe80::/10` (RFC 4291 section 2.5.6), where only the interface makes an address whole. */
function isLinkLocal(address: DataView): boolean {
  return (address.getUint16(0) & 0xff_c0) === 0xfe_80;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
