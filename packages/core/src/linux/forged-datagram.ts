import { isLoopback } from "../address/address-class.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, addressWords, parseAddress } from "../address/ip-address.ts";
import { checkPort } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import { encodeIpv4Packet } from "../packet/ipv4-packet.ts";
import { encodeUdpPacket, UDP_PROTOCOL } from "../packet/udp-packet.ts";
import { MAX_IPV4_PAYLOAD_BYTES } from "../socket/datagram-socket.ts";
import { payloadTooLarge } from "../socket/system-error.ts";

/** A datagram with a source of its sender's choosing; both ends are in 127.0.0.0/8. */
export interface ForgedDatagram {
  /** Who is to be believed to have sent it; port 1 to 65535. */
  readonly source: Endpoint;
  /** Who is to believe it; port 1 to 65535. */
  readonly destination: Endpoint;
  /** At most 65507 bytes. */
  readonly payload: Uint8Array;
}

/**
 * The datagram as an IPv4 packet.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for an endpoint outside 127.0.0.0/8, `UDP_BAD_PORT`,
 * `UDP_TOO_LARGE`.
 */
export function encodeForgedDatagram({ payload, ...endpoints }: ForgedDatagram): Uint8Array {
  const source = requireLoopbackEndpoint(endpoints.source);
  const destination = requireLoopbackEndpoint(endpoints.destination);
  if (payload.byteLength > MAX_IPV4_PAYLOAD_BYTES) {
    throw payloadTooLarge(payload.byteLength, MAX_IPV4_PAYLOAD_BYTES);
  }
  return encodeIpv4Packet({
    source: source.address,
    destination: destination.address,
    protocol: UDP_PROTOCOL,
    payload: encodeUdpPacket(source, destination, payload),
  });
}

/**
 * The address in canonical form, where what is forged may carry it.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` outside 127.0.0.0/8.
 */
export function requireLoopbackAddress(text: string): string {
  const address = parseAddress(text);
  if (addressFamily(address) === 4 && isLoopback(addressWords(address))) return address;
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `a forged datagram stays on this host: expected an address in 127.0.0.0/8, got ${address}`,
  );
}

function requireLoopbackEndpoint(endpoint: Endpoint): Endpoint {
  return { address: requireLoopbackAddress(endpoint.address), port: checkPort(endpoint.port, 1) };
}
