import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, systemAddress } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { integerOption } from "../option-check.ts";
import { tell } from "../tell.ts";
import { BackPressure } from "./back-pressure.ts";
import type { BunChannel, ChannelHandlers } from "./bun-channel.ts";
import { descriptorOf, openChannel } from "./bun-channel.ts";
import type { DatagramSocket, OutgoingDatagram, SocketOptions } from "./datagram-socket.ts";
import { anyLocal, destinationOf, untilUnsendable } from "./destination.ts";
import {
  bindError,
  datagramError,
  isFromConnect,
  isNetworkReport,
  isQueueFull,
  socketClosed,
} from "./system-error.ts";

/**
 * Opens a UDP socket of Bun, hardened: a peer that vanishes neither ends the process nor costs the
 * next datagram, and what the system says arrives typed.
 *
 * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`;
 * with `remote` `UDP_UNREACHABLE` too, where no way leads there; the signal's reason where it is aborted.
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

type LinuxOptions = typeof import("../linux/socket-options.ts");

class BunDatagramSocket implements DatagramSocket {
  local: Endpoint;
  readonly remote: Endpoint | undefined;
  isClosed = false;

  readonly #options: SocketOptions;
  readonly #backPressure = new BackPressure();
  readonly #closeOnAbort = (): void => this.close();
  #channel: BunChannel | undefined;
  #linux: LinuxOptions | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.remote = options.remote;
    this.local = options.local ?? anyLocal(options.remote);
  }

  get droppedCount(): number | undefined {
    const fd = this.#channel && descriptorOf(this.#channel.socket);
    return this.isClosed || fd === undefined ? undefined : this.#linux?.droppedCount(fd);
  }

  async open(): Promise<void> {
    const { signal } = this.#options;
    // Loaded beforehand: between binding and hardening the event loop must not turn.
    this.#linux = await loadLinuxOptions();
    this.#channel = await this.#bind();
    const { socket } = this.#channel;
    this.local = this.#localOf(socket.address);
    if (this.#linux !== undefined) this.#harden(this.#linux, descriptorOf(socket));
    this.#configure(socket);
    signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
  }

  send(payload: Uint8Array, to?: Endpoint): boolean {
    const datagram = to === undefined ? { payload } : { payload, to };
    const destination = destinationOf(datagram, this.remote);
    const isTaken = this.#attempt(destination, false, (channel) =>
      channel.send(payload, destination),
    );
    if (!isTaken) this.#backPressure.raise();
    return isTaken;
  }

  sendMany(datagrams: readonly OutgoingDatagram[]): number {
    const [first] = datagrams;
    if (first === undefined) return 0;
    destinationOf(first, this.remote);
    const batch = untilUnsendable(datagrams, this.remote);
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

  async #bind(): Promise<BunChannel> {
    const { ipv6Only = false } = this.#options;
    try {
      return await openChannel(this.local, this.remote, ipv6Only, this.#handlers());
    } catch (cause) {
      throw isFromConnect(cause) ? datagramError(cause, this.remote) : bindError(cause, this.local);
    }
  }

  #handlers(): ChannelHandlers {
    return {
      data: (_socket, payload, port, address) => {
        if (!this.isClosed) this.#hand(payload, { address: systemAddress(address), port });
      },
      drain: () => this.#backPressure.release(),
      error: (socketOrError, error) => this.#report(error ?? socketOrError),
    };
  }

  /** Bun takes what a callback throws for an error of the socket; a caller's mistake must surface. */
  #hand(payload: Uint8Array, from: Endpoint): void {
    tell(this.#options.onDatagram, payload, from, this);
  }

  #report(cause: unknown): void {
    if (!this.isClosed) this.#options.onError?.(datagramError(cause, this.remote));
  }

  #harden(linux: LinuxOptions, fd: number | undefined): void {
    const { onError, unicastOnly, mtuDiscovery, receivesBursts } = this.#options;
    if (fd === undefined) throw new UdpError("UDP_SYSTEM", "this Bun hides its socket descriptors");
    const family = addressFamily(this.local.address);
    if (unicastOnly) linux.receiveUnicastOnly(fd, family);
    if (onError === undefined) linux.ignoreIcmpErrors(fd, family);
    if (receivesBursts) linux.enlargeReceiveBuffer(fd);
    if (mtuDiscovery !== undefined) linux.setMtuDiscovery(fd, family, mtuDiscovery);
  }

  #configure(socket: BunChannel["socket"]): void {
    const { allowBroadcast, hopLimit, multicastInterface } = this.#options;
    if (allowBroadcast) socket.setBroadcast(true);
    if (multicastInterface !== undefined) socket.setMulticastInterface(multicastInterface);
    if (hopLimit === undefined) return;
    socket.setTTL(integerOption("hopLimit", hopLimit, 1, 255));
    socket.setMulticastTTL(hopLimit);
  }

  /** Bun leaves the zone out, so where the system had no choice, what was asked for is right. */
  #localOf({ address, port }: Endpoint): Endpoint {
    const isChosen = this.remote !== undefined;
    return { address: isChosen ? systemAddress(address) : this.local.address, port };
  }

  #sendBatch(batch: readonly OutgoingDatagram[]): number {
    const destination = this.remote ?? batch[0]?.to;
    const takenCount = this.#attempt(destination, 0, (channel) => channel.sendMany(batch));
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

  /**
   * A send that fails may only tell of an earlier datagram and has then done nothing else, so it is
   * made once more. Linux reports the earlier one through the error queue too.
   */
  #attempt<Result>(
    to: Endpoint | undefined,
    nothing: Result,
    send: (channel: BunChannel) => Result,
  ): Result {
    if (this.isClosed || this.#channel === undefined) throw socketClosed();
    try {
      return send(this.#channel);
    } catch (earlier) {
      if (isQueueFull(earlier)) return this.#resumeSoon(nothing);
      if (!isNetworkReport(earlier)) throw datagramError(earlier, to);
      const result = repeat(this.#channel, to, send);
      if (process.platform !== "linux") queueMicrotask(() => this.#report(earlier));
      return result;
    }
  }

  /** Bun watches its own buffer, not the interface's queue, so nobody tells when there is room. */
  #resumeSoon<Result>(nothing: Result): Result {
    setTimeout(() => this.#backPressure.release(), QUEUE_PAUSE_MS);
    return nothing;
  }
}

/** In which a queue that was full has room again on any but the slowest links. */
const QUEUE_PAUSE_MS = 1;

function repeat<Result>(
  channel: BunChannel,
  to: Endpoint | undefined,
  send: (channel: BunChannel) => Result,
): Result {
  try {
    return send(channel);
  } catch (cause) {
    throw datagramError(cause, to);
  }
}

/**
 * The kernel's own options; bun:ffi is loaded here and nowhere before. Where it reaches no C library, the
 * socket is what it is on other systems.
 */
async function loadLinuxOptions(): Promise<LinuxOptions | undefined> {
  if (process.platform !== "linux") return undefined;
  const { hasLibc } = await import("../linux/libc.ts");
  return hasLibc() ? await import("../linux/socket-options.ts") : undefined;
}
