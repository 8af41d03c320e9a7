import { ptr } from "bun:ffi";
import { interfaceIndex, noSuchInterface } from "./interface-index.ts";
import { lastSystemError, libc, MSG_DONTWAIT, setSocketOption } from "./libc.ts";
import { AF_PACKET, encodePacketSockaddr } from "./sockaddr.ts";
import { enlargeReceiveBuffer } from "./socket-options.ts";

const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o200_0000;

const SOL_PACKET = 263;
const PACKET_STATISTICS = 6;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;

const ON = new Int32Array([1]);

/**
 * What stands before each frame: `struct virtio_net_hdr`, which says whether the frame's checksum
 * is still to be computed, as it is between the interfaces of one machine.
 */
export const OFFLOAD_HEADER_BYTES = 10;

const MAX_FRAME_BYTES = OFFLOAD_HEADER_BYTES + 14 + 65_535;

/**
 * Receives and sends whole Ethernet frames at one interface (AF_PACKET): what arrives there,
 * whoever it is for, and not what this host sends. Never waits. Needs CAP_NET_RAW.
 */
export class PacketSocket implements Disposable {
  /** For {@link ReadableWait}. */
  readonly fd: number;
  readonly #buffer = new Uint8Array(MAX_FRAME_BYTES);
  readonly #bufferAddress = ptr(this.#buffer);
  #dropCount = 0;
  #isClosed = false;

  /** @throws UdpError `UDP_BAD_OPTION` where there is no such interface, `UDP_SYSTEM`. */
  constructor(interfaceName: string) {
    const index = interfaceIndex(interfaceName);
    if (index === undefined) throw noSuchInterface(interfaceName);
    this.fd = libc().socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (this.fd < 0) throw lastSystemError("a packet socket");
    try {
      this.#listen(index);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** The next frame behind its offload header, as a copy; `undefined` where none is waiting. */
  receive(): Uint8Array | undefined {
    if (this.#isClosed) return undefined;
    const bytes = Number(libc().recv(this.fd, this.#bufferAddress, MAX_FRAME_BYTES, MSG_DONTWAIT));
    return bytes < 0 ? undefined : this.#buffer.slice(0, bytes);
  }

  /** Sends a frame behind its offload header; `false` where the system did not take it. */
  send(frame: Uint8Array): boolean {
    if (this.#isClosed) return false;
    return libc().send(this.fd, ptr(frame), frame.byteLength, MSG_DONTWAIT) >= 0;
  }

  /** How many frames arrived and were lost since the socket was opened, its buffer being full. */
  get dropCount(): number {
    const statistics = new Uint32Array(2); // struct tpacket_stats { u32 packets; u32 drops; }
    const length = new Uint32Array([statistics.byteLength]);
    const { getsockopt } = libc();
    if (getsockopt(this.fd, SOL_PACKET, PACKET_STATISTICS, ptr(statistics), ptr(length)) !== 0) {
      throw lastSystemError("the statistics of a packet socket");
    }
    this.#dropCount += statistics[1] ?? 0; // reading sets the kernel's own count to zero
    return this.#dropCount;
  }

  /** Idempotent; the number of its descriptor may soon be another one's. */
  [Symbol.dispose](): void {
    if (!this.#isClosed) libc().close(this.fd);
    this.#isClosed = true;
  }

  #listen(interfaceIndex: number): void {
    setSocketOption(this.fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, ON);
    setSocketOption(this.fd, SOL_PACKET, PACKET_VNET_HDR, ON);
    enlargeReceiveBuffer(this.fd);
    const sockaddr = encodePacketSockaddr(interfaceIndex);
    if (libc().bind(this.fd, ptr(sockaddr), sockaddr.byteLength) !== 0) {
      throw lastSystemError("binding a packet socket");
    }
  }
}
