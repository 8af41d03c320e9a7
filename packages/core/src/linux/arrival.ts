import type { AddressFamily } from "../address/ip-address.ts";
import type { ControlMessage } from "./control-message.ts";
import { ipOptions } from "./ip-options.ts";
import { decodeKernelTime } from "./kernel-time.ts";
import { decodePacketInfo } from "./packet-info.ts";

/** How a datagram arrived, as far as the socket was told to ask. */
export interface Arrival {
  /** Time to live, or hop limit, that was left on arrival. */
  readonly hopLimit?: number;
  /** The type of service of IPv4, or traffic class: a DSCP (RFC 2474), and below it two bits of ECN (RFC 3168). */
  readonly trafficClass?: number;
  /** The address that it was sent to, its own or that of a group; with a zone where link-local. */
  readonly destination?: string;
  /** The number of the interface at which it came in. */
  readonly interfaceIndex?: number;
  /** When the kernel had it, in nanoseconds of UNIX time by the clock of this host. */
  readonly arrivedAtUnixNs?: bigint;
}

/** What the control messages beside a datagram say about its arrival. */
export function decodeArrival(messages: readonly ControlMessage[], family: AddressFamily): Arrival {
  const { level, hopLimitMessage, trafficClassMessage, packetInfoMessage } = ipOptions(family);
  const arrival: { -readonly [Key in keyof Arrival]: Arrival[Key] } = {};
  for (const message of messages) {
    const { data } = message;
    const arrivedAtUnixNs = decodeKernelTime(message);
    if (arrivedAtUnixNs !== undefined) arrival.arrivedAtUnixNs = arrivedAtUnixNs;
    if (message.level !== level) continue;
    if (message.type === hopLimitMessage) arrival.hopLimit = numberIn(data);
    // A byte of IPv4, four of IPv6, the lowest first.
    if (message.type === trafficClassMessage) arrival.trafficClass = data[0] ?? 0;
    if (message.type === packetInfoMessage) Object.assign(arrival, decodePacketInfo(data, family));
  }
  return arrival;
}

function numberIn(data: Uint8Array): number {
  return new DataView(data.buffer, data.byteOffset, data.byteLength).getInt32(0, true);
}
