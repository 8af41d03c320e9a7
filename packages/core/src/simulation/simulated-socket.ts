import type { Endpoint } from "../address/endpoint.ts";
import { sameEndpoint } from "../address/endpoint.ts";
import type { DatagramSocket, OutgoingDatagram, SocketOptions } from "../socket/datagram-socket.ts";
import { destinationOf } from "../socket/destination.ts";
import { datagramError, socketClosed } from "../socket/system-error.ts";
import type { BoundAddress } from "./bound-address.ts";
import { covers } from "./bound-address.ts";
import { kernelError } from "./kernel-error.ts";
import type { Packet } from "./packet.ts";
import { LIMITED_BROADCAST_ADDRESS } from "./packet.ts";

/** What a socket asks of the host that it was opened on. */
export interface SocketHost {
  /** The source address of what a socket bound to `bound` sends to `destination`, if there is a way. */
  sourceAddress(bound: BoundAddress, destination: string): string | undefined;
  transmit(packet: Packet): void;
  release(socket: SimulatedSocket): void;
}

export class SimulatedSocket implements DatagramSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint | undefined;
  readonly droppedCount: number = 0;
  isClosed = false;

  readonly #host: SocketHost;
  readonly #options: SocketOptions;
  readonly #closeOnAbort = (): void => this.close();

  constructor(host: SocketHost, local: Endpoint, options: SocketOptions) {
    this.#host = host;
    this.#options = options;
    this.local = local;
    this.remote = options.remote;
    options.signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
  }

  get bound(): BoundAddress {
    const { ipv6Only = false } = this.#options;
    return { address: this.local.address, ipv6Only };
  }

  /** Never `false`: a link's bottleneck stands somewhere on the path, where nobody pushes back. */
  send(payload: Uint8Array, to?: Endpoint): boolean {
    const datagram = to === undefined ? { payload } : { payload, to };
    const peer = { ...destinationOf(datagram, this.remote) };
    if (this.isClosed) throw socketClosed();
    const from = { address: this.#sourceAddress(peer), port: this.local.port };
    this.#host.transmit({ from, to: peer, payload: new Uint8Array(payload) });
    return true;
  }

  sendMany(datagrams: readonly OutgoingDatagram[]): number {
    for (const [index, { payload, to }] of datagrams.entries()) {
      try {
        this.send(payload, to);
      } catch (error) {
        if (index === 0) throw error;
        return index;
      }
    }
    return datagrams.length;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#options.signal?.removeEventListener("abort", this.#closeOnAbort);
    this.#host.release(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Whether a datagram sent to `localAddress` of this host by that peer is for this socket. */
  hears(localAddress: string, peer: Endpoint): boolean {
    if (!covers(this.bound, localAddress)) return false;
    return this.remote === undefined || sameEndpoint(this.remote, peer);
  }

  receive({ from, to, payload }: Packet): void {
    if (this.#options.unicastOnly && to.address === LIMITED_BROADCAST_ADDRESS) return;
    this.#options.onDatagram(new Uint8Array(payload), { ...from }, this);
  }

  receiveRefusal(): void {
    this.#options.onError?.(datagramError(kernelError("ECONNREFUSED"), this.remote));
  }

  #sourceAddress(peer: Endpoint): string {
    if (peer.address === LIMITED_BROADCAST_ADDRESS && !this.#options.allowBroadcast) {
      throw datagramError(kernelError("EACCES"), peer);
    }
    const address = this.#host.sourceAddress(this.bound, peer.address);
    if (address === undefined) throw datagramError(kernelError("ENETUNREACH"), peer);
    return address;
  }
}
