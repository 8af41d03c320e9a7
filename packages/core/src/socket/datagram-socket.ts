import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily } from "../address/ip-address.ts";
import type { SocketErrorCode, UdpError } from "../errors.ts";

/** Largest payload of one IPv4 datagram: 65535 less 20 (IP) and 8 (UDP). */
export const MAX_IPV4_PAYLOAD_BYTES = 65_507;

/** Largest payload of one IPv6 datagram without jumbograms: 65535 less 8 (UDP). */
export const MAX_IPV6_PAYLOAD_BYTES = 65_527;

/** Largest payload of one datagram to such an endpoint. */
export function maxPayloadBytes(to: Endpoint): number {
  return addressFamily(to.address) === 4 ? MAX_IPV4_PAYLOAD_BYTES : MAX_IPV6_PAYLOAD_BYTES;
}

/** One of the datagrams of {@link DatagramSocket.sendMany}. */
export interface OutgoingDatagram {
  /** At most {@link maxPayloadBytes}; free to be used again once the call returns. */
  readonly payload: Uint8Array;
  /** Left out on a connected socket. */
  readonly to?: Endpoint;
}

/**
 * A UDP socket, as little of it as every tool needs. The Bun implementation and the simulated
 * network pass one contract suite.
 */
export interface DatagramSocket extends AsyncDisposable {
  /** Where this socket receives; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** The only peer of a connected socket. */
  readonly remote: Endpoint | undefined;
  /** Datagrams that came and that it had no room for, so far; `undefined` where the system does not say. */
  readonly droppedCount: number | undefined;
  /** Once it is `true` nothing is sent and no callback is called any more. */
  readonly isClosed: boolean;

  /**
   * Hands one datagram to the system. `false`: its buffer is full and the datagram was *not* taken;
   * send it again after {@link drained}.
   *
   * @throws UdpError with a {@link SocketErrorCode} for a datagram that cannot be sent;
   * `UDP_BAD_OPTION` without a destination.
   */
  send(payload: Uint8Array, to?: Endpoint): boolean;

  /**
   * Hands datagrams to the system in order and returns how many it took, fewer than given where its
   * buffer is full.
   *
   * @throws UdpError as {@link send}, where the first of them cannot be sent.
   */
  sendMany(datagrams: readonly OutgoingDatagram[]): number;

  /** Settles when the socket takes datagrams again, or is closed. */
  drained(): Promise<void>;

  /** Idempotent; no callback follows. */
  close(): void;
}

/** How a socket is opened, and who hears from it. */
export interface SocketOptions {
  /** Default `0.0.0.0:0`, or `[::]:0` where `remote` is IPv6. */
  readonly local?: Endpoint;
  /** Connects the socket: it sends to and hears from this peer only. */
  readonly remote?: Endpoint;
  /**
   * `payload` belongs to the callee, `from` is canonical, `socket` is the one that received: a
   * datagram may come before opening has settled. What it throws is an uncaught exception.
   */
  readonly onDatagram: (payload: Uint8Array, from: Endpoint, socket: DatagramSocket) => void;
  /**
   * What the network said about datagrams sent earlier (`UDP_REFUSED`, `UDP_UNREACHABLE`,
   * `UDP_TOO_LARGE`). Which datagram is not known. Without it such errors are not asked for: a server must
   * not hear of clients that have gone.
   */
  readonly onError?: (error: UdpError<SocketErrorCode>) => void;
  /** Closes the socket; where it is aborted already, opening rejects with its reason. */
  readonly signal?: AbortSignal;
  /**
   * A socket on `::` leaves IPv4 to others and sends none (IPV6_V6ONLY); otherwise it takes both
   * families. Default `false`.
   */
  readonly ipv6Only?: boolean;
  /** Allow sending to broadcast addresses (SO_BROADCAST). */
  readonly allowBroadcast?: boolean;
  /**
   * Time to live, or hop limit, of what is sent, 1 to 255. Default: the system's, mostly 64, and 1 for
   * what is sent to groups.
   */
  readonly hopLimit?: number;
  /** The IPv4 address of the interface that datagrams to groups leave by. Default: the system's choice. */
  readonly multicastInterface?: string;
  /**
   * Deliver only datagrams that were sent to an address of this host, not to a broadcast or
   * multicast address. Linux; elsewhere without effect.
   */
  readonly unicastOnly?: boolean;
  /**
   * Whether much may come while the program does something else: the receive buffer is then as large as the
   * system allows, up to 8 MB. Linux; elsewhere without effect.
   */
  readonly receivesBursts?: boolean;
  /**
   * `probe`: datagrams leave whole, with DF, whatever the system believes of the path; `send` throws
   * `UDP_TOO_LARGE` for one that the interface does not take. Default: larger ones are sent in
   * fragments. Linux; elsewhere without effect.
   */
  readonly mtuDiscovery?: "probe";
}

/** Opens a socket; tools take it as an option, so that they run on the simulated network too. */
export type OpenDatagramSocket = (options: SocketOptions) => Promise<DatagramSocket>;
