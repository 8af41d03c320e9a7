import { ptr } from "bun:ffi";
import { isLoopback } from "../address/address-class.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, addressWords, parseAddress } from "../address/ip-address.ts";
import { checkPort } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import { encodeIpv4Packet } from "../packet/ipv4-packet.ts";
import { encodeUdpPacket, UDP_PROTOCOL } from "../packet/udp-packet.ts";
import { MAX_IPV4_PAYLOAD_BYTES } from "../socket/datagram-socket.ts";
import { payloadTooLarge } from "../socket/system-error.ts";
import { lastSystemError, libc } from "./libc.ts";
import { AF_INET, encodeIpv4Sockaddr } from "./sockaddr.ts";

const SOCK_RAW = 3;
const IPPROTO_RAW = 255; // the caller writes the IP header

/** A datagram with a source of its sender's choosing; both ends are in 127.0.0.0/8. */
export interface ForgedDatagram {
  /** Who is to be believed to have sent it. */
  readonly source: Endpoint;
  /** Who is to believe it; port 1 to 65535. */
  readonly destination: Endpoint;
  /** At most 65507 bytes. */
  readonly payload: Uint8Array;
}

/**
 * Sends one datagram whose source is a lie, to test what servers and clients make of it. Both
 * endpoints are in 127.0.0.0/8, so it never leaves this host. Needs the right to open raw sockets.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for an endpoint outside 127.0.0.0/8, `UDP_BAD_PORT`,
 * `UDP_TOO_LARGE`; `UDP_SYSTEM` where the system refuses.
 */
export function sendForgedDatagram({ payload, ...endpoints }: ForgedDatagram): void {
  const source = requireIpv4Loopback(endpoints.source);
  const destination = requireIpv4Loopback(endpoints.destination);
  if (payload.byteLength > MAX_IPV4_PAYLOAD_BYTES) {
    throw payloadTooLarge(payload.byteLength, MAX_IPV4_PAYLOAD_BYTES);
  }
  const packet = encodeIpv4Packet({
    source: source.address,
    destination: destination.address,
    protocol: UDP_PROTOCOL,
    payload: encodeUdpPacket(source, destination, payload),
  });
  sendRaw(packet, destination);
}

/** The endpoint in canonical form. */
function requireIpv4Loopback(endpoint: Endpoint): Endpoint {
  const address = parseAddress(endpoint.address);
  const port = checkPort(endpoint.port, 1);
  if (addressFamily(address) === 4 && isLoopback(addressWords(address))) return { address, port };
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `a forged datagram stays on this host: expected an address in 127.0.0.0/8, got ${address}`,
  );
}

function sendRaw(packet: Uint8Array, destination: Endpoint): void {
  const { socket, sendto, close } = libc();
  const fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
  if (fd < 0) throw lastSystemError("a raw socket");
  try {
    const sockaddr = encodeIpv4Sockaddr(destination);
    const sentBytes = sendto(
      fd,
      ptr(packet),
      packet.byteLength,
      0,
      ptr(sockaddr),
      sockaddr.byteLength,
    );
    if (sentBytes < 0) throw lastSystemError("a forged datagram");
  } finally {
    close(fd);
  }
}
