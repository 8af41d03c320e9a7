import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, systemAddress, unspecifiedAddress } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { BackPressure } from "./back-pressure.ts";
import type { BunChannel, ChannelHandlers } from "./bun-channel.ts";
import { descriptorOf, openChannel } from "./bun-channel.ts";
import type { DatagramSocket, OutgoingDatagram, SocketOptions } from "./datagram-socket.ts";
import { maxPayloadBytes } from "./datagram-socket.ts";
import {
  bindError,
  datagramError,
  isNetworkReport,
  isTooLarge,
  payloadTooLarge,
  socketClosed,
} from "./system-error.ts";

/**
 * Opens a UDP socket of Bun, hardened: a peer that vanishes neither ends the process nor costs the
 * next datagram, and what the system says arrives typed.
 *
 * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`;
 * the signal's reason where it is aborted.
 */
export async function openBunSocket(options: SocketOptions): Promise<DatagramSocket> {
  options.signal?.throwIfAborted();
  const socket = new BunDatagramSocket(options);
  try {
    await socket.open();
    options.signal?.throwIfAborted();
  } catch (error) {
    socket.close();
    throw error;
  }
  return socket;
}

class BunDatagramSocket implements DatagramSocket {
  local: Endpoint;
  readonly remote: Endpoint | undefined;
  isClosed = false;

  readonly #options: SocketOptions;
  readonly #backPressure = new BackPressure();
  readonly #closeOnAbort = (): void => this.close();
  #channel: BunChannel | undefined;
  /** Oversize sends that were thrown and that the error queue will report once more. */
  #thrownTooLargeCount = 0;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.remote = options.remote;
    this.local = options.local ?? anyLocal(options.remote);
  }

  async open(): Promise<void> {
    const { signal, allowBroadcast } = this.#options;
    try {
      this.#channel = await openChannel(this.local, this.remote, this.#handlers());
    } catch (cause) {
      throw bindError(cause, this.local);
    }
    const { socket } = this.#channel;
    this.local = this.#localOf(socket.address);
    if (allowBroadcast) socket.setBroadcast(true);
    if (process.platform === "linux") await this.#hardenOnLinux(descriptorOf(socket));
    signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
  }

  send(payload: Uint8Array, to?: Endpoint): boolean {
    const peer = this.#peer(to);
    checkSize(payload, peer);
    const isTaken = this.#attempt(peer, (channel) => channel.send(payload, peer));
    if (!isTaken) this.#backPressure.raise();
    return isTaken;
  }

  sendMany(datagrams: readonly OutgoingDatagram[]): number {
    const [first] = datagrams;
    if (first === undefined) return 0;
    checkSize(first.payload, this.#peer(first.to));
    const batch = this.#untilOversized(datagrams);
    let takenCount = this.#sendBatch(batch);
    while (takenCount > 0 && takenCount < batch.length) {
      const count = this.#sendRest(batch.slice(takenCount));
      if (count === 0) break;
      takenCount += count;
    }
    return takenCount;
  }

  drained(): Promise<void> {
    return this.#backPressure.released();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#closeOnAbort);
    this.#channel?.socket.close();
    this.#backPressure.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #handlers(): ChannelHandlers {
    const { onDatagram } = this.#options;
    return {
      data: (_socket, payload, port, address) => {
        const from = { address: systemAddress(address), port };
        if (!this.isClosed) onDatagram(payload, from, this);
      },
      drain: () => this.#backPressure.release(),
      error: (socketOrError, error) => this.#report(error ?? socketOrError),
    };
  }

  #report(cause: unknown): void {
    if (isTooLarge(cause) && this.#thrownTooLargeCount > 0) {
      this.#thrownTooLargeCount--;
      return;
    }
    if (!this.isClosed) this.#options.onError?.(datagramError(cause, this.remote));
  }

  /** The kernel's own options; bun:ffi is loaded here and nowhere before. */
  async #hardenOnLinux(fd: number | undefined): Promise<void> {
    const { onError, unicastOnly } = this.#options;
    const { ignoreIcmpErrors, receiveUnicastOnly } = await import("../linux/socket-options.ts");
    if (fd === undefined) throw new UdpError("UDP_SYSTEM", "this Bun hides its socket descriptors");
    const family = addressFamily(this.local.address);
    if (onError === undefined) ignoreIcmpErrors(fd, family);
    if (unicastOnly) receiveUnicastOnly(fd, family);
  }

  #sendBatch(batch: readonly OutgoingDatagram[]): number {
    const [first] = batch;
    const takenCount = this.#attempt(this.#peer(first?.to), (channel) => channel.sendMany(batch));
    if (takenCount === 0) this.#backPressure.raise();
    return takenCount;
  }

  /** As {@link #sendBatch}, behind datagrams that were taken: a failure is the next call's to throw. */
  #sendRest(batch: readonly OutgoingDatagram[]): number {
    try {
      return this.#sendBatch(batch);
    } catch {
      return 0;
    }
  }

  #untilOversized(datagrams: readonly OutgoingDatagram[]): readonly OutgoingDatagram[] {
    const oversized = datagrams.findIndex(
      ({ payload, to }) => payload.byteLength > maxPayloadBytes(this.#peer(to)),
    );
    return oversized < 0 ? datagrams : datagrams.slice(0, oversized);
  }

  /** Bun leaves the zone out, so where the system had no choice, what was asked for is right. */
  #localOf({ address, port }: Endpoint): Endpoint {
    const isChosen = this.remote !== undefined;
    return { address: isChosen ? systemAddress(address) : this.local.address, port };
  }

  #peer(to: Endpoint | undefined): Endpoint {
    const peer = this.remote ?? to;
    if (peer !== undefined && peer.port > 0) return peer;
    throw new UdpError("UDP_BAD_OPTION", "expected a destination with a port from 1 to 65535");
  }

  /**
   * A send that fails may only tell of an earlier datagram and has then done nothing else, so it is
   * made once more. Linux reports the earlier one through the error queue too.
   */
  #attempt<Result>(to: Endpoint, send: (channel: BunChannel) => Result): Result {
    if (this.isClosed || this.#channel === undefined) throw socketClosed();
    try {
      return send(this.#channel);
    } catch (earlier) {
      if (!isNetworkReport(earlier)) throw this.#sendError(earlier, to);
      const result = this.#repeat(to, send, this.#channel);
      if (process.platform !== "linux") queueMicrotask(() => this.#report(earlier));
      return result;
    }
  }

  #repeat<Result>(
    to: Endpoint,
    send: (channel: BunChannel) => Result,
    channel: BunChannel,
  ): Result {
    try {
      return send(channel);
    } catch (cause) {
      throw this.#sendError(cause, to);
    }
  }

  #sendError(cause: unknown, to: Endpoint): UdpError {
    if (isTooLarge(cause) && this.#options.onError !== undefined) this.#thrownTooLargeCount++;
    return datagramError(cause, to);
  }
}

function checkSize(payload: Uint8Array, to: Endpoint): void {
  const limitBytes = maxPayloadBytes(to);
  if (payload.byteLength > limitBytes) throw payloadTooLarge(payload.byteLength, limitBytes);
}

function anyLocal(remote: Endpoint | undefined): Endpoint {
  const family = remote === undefined ? 4 : addressFamily(remote.address);
  return { address: unspecifiedAddress(family), port: 0 };
}
