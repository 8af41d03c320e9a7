import type { Endpoint } from "../address/endpoint.ts";
import { addressFamily } from "../address/ip-address.ts";
import { bindDescriptor, localEndpoint, openDescriptor } from "./descriptor.ts";
import { filterProgram } from "./filter-program.ts";
import { libc, setSocketOption } from "./libc.ts";
import { enlargeReceiveBuffer, receiveIpv6Only } from "./socket-options.ts";
import { sourceSpread } from "./source-spread.ts";

const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;
const SHUT_RD = 0;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_ATTACH_REUSEPORT_CBPF = 51;

/** Where a server receives. */
export interface ServerDescriptorOptions {
  readonly local: Endpoint;
  /** A socket on `::` leaves IPv4 to others. Default `false`. */
  readonly ipv6Only?: boolean | undefined;
}

/** A socket that is bound, for a thread that waits in it. */
export interface ServerDescriptor {
  readonly fd: number;
  /** The port is the one that the system chose. */
  readonly local: Endpoint;
}

/** So long a call waits for a datagram before it looks whether it is to end: a tenth of a second. */
const RECEIVE_PATIENCE = timeval(100_000n);

/** So long a reply waits for room: a batch of them must not keep the thread from ending. */
const SEND_PATIENCE = timeval(1000n);

/**
 * Binds a socket that waits. What comes before a `BatchSocket` works on it will be thrown away.
 *
 * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_BAD_ADDRESS` for an unknown zone, `UDP_SYSTEM`.
 */
export function openServerDescriptor(options: ServerDescriptorOptions): ServerDescriptor {
  return open(options, false);
}

/**
 * The same for several threads: sockets that share a port, which is nobody else's. All that comes from one address
 * (IPv6: one /64) comes to one of them.
 *
 * @param count at least 1.
 * @throws UdpError as {@link openServerDescriptor}; none of them is then left open.
 */
export function openServerDescriptors(
  options: ServerDescriptorOptions,
  count: number,
): readonly [ServerDescriptor, ...ServerDescriptor[]] {
  using opened = new DisposableStack();
  const openOne = (where: ServerDescriptorOptions, sharesPort: boolean): ServerDescriptor => {
    const descriptor = open(where, sharesPort);
    opened.defer(() => closeDescriptor(descriptor.fd));
    return descriptor;
  };
  // Bound before it shares: a port that another program shares is in use as well.
  const first = openOne(options, false);
  if (count > 1) shareServerPort(first.fd);
  const shared = { ...options, local: first.local };
  const others = Array.from({ length: count - 1 }, () => openOne(shared, true));
  if (count > 1) spreadBySource(first.fd, count);
  opened.move();
  return [first, ...others];
}

function open(
  { local, ipv6Only = false }: ServerDescriptorOptions,
  sharesPort: boolean,
): ServerDescriptor {
  const family = addressFamily(local.address);
  const fd = openDescriptor(family, { isWaiting: true });
  try {
    if (ipv6Only && family === 6) receiveIpv6Only(fd);
    if (sharesPort) shareServerPort(fd);
    setSocketOption(fd, SOL_SOCKET, SO_RCVTIMEO, RECEIVE_PATIENCE);
    setSocketOption(fd, SOL_SOCKET, SO_SNDTIMEO, SEND_PATIENCE);
    enlargeReceiveBuffer(fd);
    bindDescriptor(fd, local);
    return { fd, local: { ...localEndpoint(fd), address: local.address } };
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

function shareServerPort(fd: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_REUSEPORT, Int32Array.of(1));
}

/** Holds for all sockets that share the port of this one. */
function spreadBySource(fd: number, socketCount: number): void {
  const program = filterProgram(sourceSpread(socketCount));
  setSocketOption(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program);
}

/**
 * Ends the wait of the thread that receives at it, which must then look whether it is to end: what the call
 * says that it received means nothing any more.
 */
export function stopReceiving(fd: number): void {
  libc().shutdown(fd, SHUT_RD);
}

/** Not before its thread has ended: its number may soon be another one's. */
export function closeDescriptor(fd: number): void {
  libc().close(fd);
}

/** `struct timeval { i64 seconds; i64 microseconds; }`. */
function timeval(microseconds: bigint): Uint8Array {
  return new Uint8Array(BigInt64Array.of(0n, microseconds).buffer);
}
