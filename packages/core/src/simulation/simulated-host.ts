import { isLoopback } from "../address/address-class.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily, addressWords } from "../address/ip-address.ts";
import type { Random } from "../random.ts";
import type { OpenDatagramSocket, SocketOptions } from "../socket/datagram-socket.ts";
import { anyLocal } from "../socket/destination.ts";
import { bindError, datagramError } from "../socket/system-error.ts";
import type { BoundAddress } from "./bound-address.ts";
import { covers, isWildcard, overlap } from "./bound-address.ts";
import { kernelError } from "./kernel-error.ts";
import type { Packet } from "./packet.ts";
import type { SocketHost } from "./simulated-socket.ts";
import { SimulatedSocket } from "./simulated-socket.ts";

/** A host of a simulated network. */
export interface SimulatedHost {
  /** Its own within the network. */
  readonly name: string;
  /** Canonical, in the order given. */
  readonly addresses: readonly string[];
  /** Opens a socket on this host; it can be handed on by itself. */
  readonly openSocket: OpenDatagramSocket;

  /**
   * Sends a datagram whose source is a lie, as a raw socket of this host would. It takes this host's
   * link to the destination, and a refusal goes to whoever has the source's address. Nothing looks
   * whether such a source can come by such a link.
   */
  sendForged(datagram: Packet): void;
}

/** Linux's own default range. */
const FIRST_EPHEMERAL_PORT = 32_768;
const EPHEMERAL_PORT_COUNT = 28_232;

/** The host's own side: its addresses, its ports and the sockets bound to them. */
export class Host implements SimulatedHost, SocketHost {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly #random: Random;
  readonly #transmit: (from: Host, packet: Packet) => void;
  readonly #socketsByPort = new Map<number, SimulatedSocket[]>();

  constructor(
    name: string,
    addresses: readonly string[],
    random: Random,
    transmit: (from: Host, packet: Packet) => void,
  ) {
    this.name = name;
    this.addresses = addresses;
    this.#random = random;
    this.#transmit = transmit;
  }

  readonly openSocket: OpenDatagramSocket = async (options) => {
    options.signal?.throwIfAborted();
    const socket = new SimulatedSocket(this, this.#bind(options), options);
    this.#socketsOn(socket.local.port).push(socket);
    // A real socket takes a moment to open, in which the signal may be aborted.
    await Promise.resolve();
    options.signal?.throwIfAborted();
    return socket;
  };

  /** Whether what is sent to the address from this host stays here. */
  owns(address: string): boolean {
    return this.addresses.includes(address) || isLoopback(addressWords(address));
  }

  hasFamilyOf(address: string): boolean {
    return this.addresses.some((own) => addressFamily(own) === addressFamily(address));
  }

  /** Hands a datagram to the socket that it is for; `false` where there is none. */
  deliver(packet: Packet): boolean {
    const socket = this.#find(packet.to, packet.from);
    socket?.receive(packet);
    return socket !== undefined;
  }

  /** Tells the socket that sent the datagram, if it is still there, that nobody took it. */
  deliverRefusal(refused: Packet): void {
    this.#find(refused.from, refused.to)?.receiveRefusal();
  }

  transmit(packet: Packet): void {
    this.#transmit(this, packet);
  }

  sendForged({ from, to, payload }: Packet): void {
    this.transmit({ from, to, payload: new Uint8Array(payload) });
  }

  release(socket: SimulatedSocket): void {
    const { port } = socket.local;
    const others = this.#socketsOn(port).filter((other) => other !== socket);
    if (others.length > 0) this.#socketsByPort.set(port, others);
    else this.#socketsByPort.delete(port);
  }

  sourceAddress(bound: BoundAddress, destination: string): string | undefined {
    const { address } = bound;
    if (isWildcard(address)) {
      const source = this.#preferredSource(destination);
      return source !== undefined && covers(bound, source) ? source : undefined;
    }
    const isSameFamily = addressFamily(address) === addressFamily(destination);
    const staysInside = this.owns(destination) || this.addresses.includes(address);
    return isSameFamily && staysInside ? address : undefined;
  }

  /** As a kernel chooses: an own address answers for itself, the first one for the rest. */
  #preferredSource(destination: string): string | undefined {
    if (this.addresses.includes(destination)) return destination;
    const family = addressFamily(destination);
    if (this.owns(destination)) return family === 4 ? "127.0.0.1" : "::1";
    return this.addresses.find((address) => addressFamily(address) === family);
  }

  #find(local: Endpoint, peer: Endpoint): SimulatedSocket | undefined {
    const sockets = this.#socketsByPort.get(local.port);
    return sockets?.find((socket) => socket.hears(local.address, peer));
  }

  /** Where the socket receives: a connected one at the address that it sends from. */
  #bind({ local, remote, ipv6Only = false }: SocketOptions): Endpoint {
    const wanted = local ?? anyLocal(remote);
    const { address } = wanted;
    if (!(isWildcard(address) || this.owns(address))) {
      throw bindError(kernelError("EADDRNOTAVAIL"), wanted);
    }
    const bound = { address, ipv6Only };
    const port = wanted.port === 0 ? this.#ephemeralPort(bound) : wanted.port;
    if (this.#isTaken(bound, port)) throw bindError(kernelError("EADDRINUSE"), wanted);
    return { address: remote === undefined ? address : this.#connect(bound, remote), port };
  }

  #connect(bound: BoundAddress, remote: Endpoint): string {
    const address = this.sourceAddress(bound, remote.address);
    if (address === undefined) throw datagramError(kernelError("ENETUNREACH"), remote);
    return address;
  }

  /** RFC 6056 section 3.3.1: from a random port of the range to the next one that is free. */
  #ephemeralPort(bound: BoundAddress): number {
    const start = Math.floor(this.#random() * EPHEMERAL_PORT_COUNT);
    for (let step = 0; step < EPHEMERAL_PORT_COUNT; step++) {
      const port = FIRST_EPHEMERAL_PORT + ((start + step) % EPHEMERAL_PORT_COUNT);
      if (!this.#isTaken(bound, port)) return port;
    }
    throw bindError(kernelError("EADDRINUSE"), { address: bound.address, port: 0 });
  }

  #isTaken(bound: BoundAddress, port: number): boolean {
    const sockets = this.#socketsByPort.get(port) ?? [];
    return sockets.some((socket) => overlap(socket.bound, bound));
  }

  #socketsOn(port: number): SimulatedSocket[] {
    const sockets = this.#socketsByPort.get(port) ?? [];
    this.#socketsByPort.set(port, sockets);
    return sockets;
  }
}
