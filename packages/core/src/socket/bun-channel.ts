import type { Endpoint } from "../address/endpoint.ts";
import type { OutgoingDatagram } from "./datagram-socket.ts";

type BaseSocket = Bun.udp.BaseUDPSocket;
type Payload = Uint8Array<ArrayBuffer>;

/** What Bun calls back. One set serves connected and unconnected sockets. */
export interface ChannelHandlers {
  readonly data: (socket: BaseSocket, payload: Payload, port: number, address: string) => void;
  readonly drain: () => void;
  /** Bun 1.4.5 gives the error alone where its types say `(socket, error)`. */
  readonly error: (socketOrError: unknown, error?: unknown) => void;
}

/** A socket of Bun, connected or not, behind one shape. */
export interface BunChannel {
  readonly socket: BaseSocket;
  send(payload: Uint8Array, to: Endpoint): boolean;
  sendMany(datagrams: readonly OutgoingDatagram[]): number;
}

/** As Bun's own node:dgram passes it; the types of 1.4.5 do not name `flags`. */
const LIBUS_SOCKET_IPV6_ONLY = 8;

export async function openChannel(
  local: Endpoint,
  remote: Endpoint | undefined,
  ipv6Only: boolean,
  handlers: ChannelHandlers,
): Promise<BunChannel> {
  const options = {
    hostname: local.address,
    port: local.port,
    binaryType: "uint8array",
    socket: handlers,
    flags: ipv6Only ? LIBUS_SOCKET_IPV6_ONLY : 0,
  } as const;
  if (remote === undefined) return unconnected(await Bun.udpSocket(options));
  const connect = { hostname: remote.address, port: remote.port };
  return connected(await Bun.udpSocket({ ...options, connect }));
}

function unconnected(socket: Bun.udp.Socket<"uint8array">): BunChannel {
  return {
    socket,
    send: (payload, to) => socket.send(payload, to.port, to.address),
    sendMany: (datagrams) =>
      socket.sendMany(
        datagrams.flatMap(({ payload, to }) =>
          to === undefined ? [] : [payload, to.port, to.address],
        ),
      ),
  };
}

function connected(socket: Bun.udp.ConnectedSocket<"uint8array">): BunChannel {
  return {
    socket,
    send: (payload) => socket.send(payload),
    sendMany: (datagrams) => socket.sendMany(datagrams.map(({ payload }) => payload)),
  };
}

/** The descriptor, which Bun 1.4.5 has at run time and its types do not name. */
export function descriptorOf(socket: BaseSocket): number | undefined {
  return "fd" in socket && typeof socket.fd === "number" ? socket.fd : undefined;
}
