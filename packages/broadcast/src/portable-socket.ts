import type { DatagramSocket, Endpoint, OpenDatagramSocket } from "@udp/core";
import { UdpError } from "@udp/core";
import { ON_LINK_HOP_LIMIT } from "./arrival.ts";
import type { Departure, InterfaceSocket, InterfaceSocketOptions } from "./interface-socket.ts";

/** On any system: the routes decide by which interface a datagram goes, and nobody tells how one came. */
export class PortableSocket implements InterfaceSocket {
  readonly #socket: DatagramSocket;

  private constructor(socket: DatagramSocket) {
    this.#socket = socket;
  }

  static async open(
    { local, allowBroadcast, hopLimit, onDatagram, signal }: InterfaceSocketOptions,
    openSocket: OpenDatagramSocket,
  ): Promise<PortableSocket> {
    const socket = await openSocket({
      local,
      allowBroadcast,
      hopLimit: hopLimit ?? ON_LINK_HOP_LIMIT,
      ...(signal && { signal }),
      onDatagram: (payload, from) => onDatagram({ payload, from }),
    });
    return new PortableSocket(socket);
  }

  get local(): Endpoint {
    return this.#socket.local;
  }

  get isClosed(): boolean {
    return this.#socket.isClosed;
  }

  send(payload: Uint8Array, { to }: Departure): UdpError | undefined {
    try {
      return this.#socket.send(payload, to) ? undefined : bufferFull();
    } catch (error) {
      if (error instanceof UdpError) return error;
      throw error;
    }
  }

  join(): never {
    throw new UdpError("UDP_SYSTEM", "groups are joined on Linux only");
  }

  leave(): void {
    // Nothing was joined.
  }

  close(): void {
    this.#socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function bufferFull(): UdpError {
  return new UdpError("UDP_SYSTEM", "the system's buffer is full");
}
