import { ptr } from "bun:ffi";
import { integerOption } from "../option-check.ts";
import { encodeTooBig, ICMP_PROTOCOL } from "../packet/icmp-too-big.ts";
import { encodeIpv4Packet } from "../packet/ipv4-packet.ts";
import { socketClosed } from "../socket/system-error.ts";
import type { ForgedDatagram } from "./forged-datagram.ts";
import { encodeForgedDatagram, requireLoopbackAddress } from "./forged-datagram.ts";
import { lastSystemError, libc } from "./libc.ts";
import { AF_INET, encodeIpv4Sockaddr } from "./sockaddr.ts";
import { bindToInterface } from "./socket-options.ts";

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o200_0000;
const IPPROTO_RAW = 255; // the caller writes the IP header

/** A Packet Too Big (ICMP type 3, code 4) that no router sent; all its addresses are in 127.0.0.0/8. */
export interface ForgedTooBig {
  /** What is said to have been too large. Its source is who is to believe it. */
  readonly quoted: ForgedDatagram;
  /** What the next link is said to carry, 0 to 65535. */
  readonly mtuBytes: number;
  /** The address of the router that is said to have sent it. */
  readonly router: string;
}

/**
 * Sends packets whose sources are lies, to test what servers and clients make of them. Nothing but
 * 127.0.0.0/8 is in them, and they go out of the loopback interface alone, so they never leave this
 * host. Needs the right to open raw sockets.
 */
export class ForgingSocket implements Disposable {
  readonly #fd: number;
  #isClosed = false;

  /** @throws UdpError `UDP_SYSTEM` where the system refuses. */
  constructor() {
    this.#fd = libc().socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    if (this.#fd < 0) throw lastSystemError("a raw socket");
    try {
      // Whatever the routes say: a packet whose header is given is sent where they lead.
      bindToInterface(this.#fd, "lo");
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * @throws UdpError `UDP_BAD_ADDRESS` for an endpoint outside 127.0.0.0/8, `UDP_BAD_PORT`,
   * `UDP_TOO_LARGE`, `UDP_CLOSED`; `UDP_SYSTEM` where the system refuses.
   */
  send(datagram: ForgedDatagram): void {
    this.#sendPacket(encodeForgedDatagram(datagram), datagram.destination.address);
  }

  /**
   * Where somebody believes it, the kernel of this network namespace does so for minutes: it is for
   * namespaces that end with the test.
   *
   * @throws UdpError as {@link send}; `UDP_BAD_OPTION` for `mtuBytes`.
   */
  sendTooBig({ quoted, mtuBytes, router }: ForgedTooBig): void {
    integerOption("mtuBytes", mtuBytes, 0, 65_535);
    const packet = encodeIpv4Packet({
      source: requireLoopbackAddress(router),
      destination: requireLoopbackAddress(quoted.source.address),
      protocol: ICMP_PROTOCOL,
      payload: encodeTooBig(encodeForgedDatagram(quoted), mtuBytes),
    });
    this.#sendPacket(packet, quoted.source.address);
  }

  /** Idempotent; the number of its descriptor may soon be another one's. */
  [Symbol.dispose](): void {
    if (!this.#isClosed) libc().close(this.#fd);
    this.#isClosed = true;
  }

  #sendPacket(packet: Uint8Array, address: string): void {
    if (this.#isClosed) throw socketClosed();
    const sockaddr = encodeIpv4Sockaddr({ address, port: 0 });
    const { sendto } = libc();
    const bytes = packet.byteLength;
    const sentBytes = sendto(this.#fd, ptr(packet), bytes, 0, ptr(sockaddr), sockaddr.byteLength);
    if (sentBytes < 0) throw lastSystemError("a forged packet");
  }
}

/**
 * Sends one datagram through a {@link ForgingSocket} of its own.
 *
 * @throws UdpError as {@link ForgingSocket.send}.
 */
export function sendForgedDatagram(datagram: ForgedDatagram): void {
  encodeForgedDatagram(datagram);
  using socket = new ForgingSocket();
  socket.send(datagram);
}
