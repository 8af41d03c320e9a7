import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, unspecifiedAddress } from "../address/ip-address.ts";
import { isPort } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import type { OutgoingDatagram } from "./datagram-socket.ts";
import { maxPayloadBytes } from "./datagram-socket.ts";
import { payloadTooLarge } from "./system-error.ts";

/** Where a socket is bound whose user does not care: any address of the peer's family, any port. */
export function anyLocal(remote: Endpoint | undefined): Endpoint {
  const family = remote === undefined ? 4 : addressFamily(remote.address);
  return { address: unspecifiedAddress(family), port: 0 };
}

/**
 * Where a datagram goes: to the only peer of a connected socket, else where its sender says.
 *
 * @throws UdpError `UDP_BAD_OPTION` without such an endpoint; `UDP_TOO_LARGE`.
 */
export function destinationOf(
  { payload, to }: OutgoingDatagram,
  remote: Endpoint | undefined,
): Endpoint {
  const destination = remote ?? to;
  if (destination === undefined || !isPort(destination.port, 1)) {
    throw new UdpError("UDP_BAD_OPTION", "expected a destination with a port from 1 to 65535");
  }
  const limitBytes = maxPayloadBytes(destination);
  if (payload.byteLength > limitBytes) throw payloadTooLarge(payload.byteLength, limitBytes);
  return destination;
}

/** The datagrams before the first one that has no destination or does not fit. */
export function untilUnsendable(
  datagrams: readonly OutgoingDatagram[],
  remote: Endpoint | undefined,
): readonly OutgoingDatagram[] {
  const index = datagrams.findIndex((datagram) => !isSendable(datagram, remote));
  return index < 0 ? datagrams : datagrams.slice(0, index);
}

function isSendable(datagram: OutgoingDatagram, remote: Endpoint | undefined): boolean {
  try {
    destinationOf(datagram, remote);
    return true;
  } catch {
    return false;
  }
}
