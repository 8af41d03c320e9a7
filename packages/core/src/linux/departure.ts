import type { AddressFamily } from "../address/ip-address.ts";
import { integerOption } from "../option-check.ts";
import { encodeControlMessage } from "./control-message.ts";
import { checkInterfaceIndex } from "./interface-index.ts";
import { ipOptions } from "./ip-options.ts";
import { encodePacketInfo } from "./packet-info.ts";

/** How one datagram leaves, where that is not as the socket's others do; the reverse of `Arrival`. */
export interface Departure {
  /** Time to live, or hop limit, 1 to 255. */
  readonly hopLimit?: number | undefined;
  /**
   * The number of the interface by which it leaves, whatever the routes say: one socket so sends to
   * 255.255.255.255 or to a group at each interface, also where no route leads there.
   */
  readonly interfaceIndex?: number | undefined;
  /** An address of this host and of the socket's family; default: what the interface or route says. */
  readonly source?: string | undefined;
}

const MAX_HOP_LIMIT = 255;

/**
 * The control messages that say so to the kernel; `undefined` where nothing is to be said.
 *
 * @throws UdpError `UDP_BAD_OPTION` for a number out of range.
 */
export function encodeDeparture(
  departure: Departure,
  family: AddressFamily,
): Uint8Array | undefined {
  const { hopLimit, interfaceIndex, source } = departure;
  const { level, hopLimitMessage, packetInfoMessage } = ipOptions(family);
  const messages: Uint8Array[] = [];
  if (hopLimit !== undefined) {
    const data = new Uint8Array(Int32Array.of(checkHopLimit(hopLimit)).buffer);
    messages.push(encodeControlMessage({ level, type: hopLimitMessage, data }));
  }
  if (interfaceIndex !== undefined) checkInterfaceIndex(interfaceIndex);
  if (interfaceIndex !== undefined || source !== undefined) {
    const data = encodePacketInfo({ interfaceIndex, source }, family);
    messages.push(encodeControlMessage({ level, type: packetInfoMessage, data }));
  }
  return messages.length === 0 ? undefined : Buffer.concat(messages);
}

/** @throws UdpError `UDP_BAD_OPTION` where it is none. */
export function checkHopLimit(hopLimit: number): number {
  return integerOption("hopLimit", hopLimit, 1, MAX_HOP_LIMIT);
}
