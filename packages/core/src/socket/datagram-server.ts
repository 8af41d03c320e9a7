import { checkLocalAddress } from "../address/address-check.ts";
import type { Endpoint } from "../address/endpoint.ts";
import type { AddressFamily } from "../address/ip-address.ts";
import { checkPort, DEFAULT_PORT } from "../address/port.ts";
import type { LookUpName } from "../address/resolve-host.ts";
import { firstThatWorks, resolveHost } from "../address/resolve-host.ts";
import type { ReplyGuard } from "../guard/reply-guard.ts";
import { openBunSocket } from "./bun-socket.ts";
import type { OpenDatagramSocket, SocketOptions } from "./datagram-socket.ts";

/** Where a server listens. */
export interface ListenOptions {
  /** Address or name to listen at; `0.0.0.0` or `::` for all addresses. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0 to 65535, where 0 lets the system choose. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family; with 6, a server on `::` leaves IPv4 alone. */
  readonly family?: AddressFamily | undefined;
  /** Closes the server; where it is aborted already, starting rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
}

/** What a server does with what comes, wherever it listens. */
export interface DatagramService<Counters>
  extends Pick<SocketOptions, "onDatagram" | "mtuDiscovery"> {
  /** What the server answers by; it is told the port that the system chose. */
  readonly guard: ReplyGuard;
  /** Live figures, for whoever runs the server. */
  readonly counters: Counters;
}

/** A running server; ends by `close`, by its signal, or at the end of an `await using` block. */
export interface DatagramServer<Counters> extends AsyncDisposable {
  /** Where it receives; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** The figures as they are when this is read. Read it again for later ones: what was read may stand still. */
  readonly counters: Counters;
  /** Idempotent; no callback follows. */
  close(): void;
}

/**
 * Serves what is sent to an address of this host, not to a broadcast or multicast address (Linux;
 * elsewhere these too). Addresses of a name are tried in the resolver's order until one is this host's.
 *
 * @param createService called for each address that is tried; port 0 where the system is to choose.
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_NAME_NOT_FOUND`,
 * `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`; what
 * `createService` throws.
 */
export async function serveDatagrams<Counters>(
  options: ListenOptions,
  createService: (local: Endpoint) => DatagramService<Counters>,
): Promise<DatagramServer<Counters>> {
  return await listenWhereItWorks(options, (local) =>
    listenAt(local, createService(local), options),
  );
}

/**
 * Tries to listen at the addresses of the host in the resolver's order until one is this host's; for
 * servers with sockets of their own.
 *
 * @throws UdpError as {@link serveDatagrams}, and what `listen` throws.
 */
export async function listenWhereItWorks<Server>(
  options: Pick<ListenOptions, "host" | "port" | "family" | "lookUpName" | "signal">,
  listen: (local: Endpoint) => Promise<Server>,
): Promise<Server> {
  const { host = "127.0.0.1", port = DEFAULT_PORT } = options;
  checkPort(port);
  const addresses = await resolveHost(host, options);
  return await firstThatWorks(addresses, ["UDP_ADDRESS_NOT_AVAILABLE"], (address) =>
    listen({ address: checkLocalAddress(address), port }),
  );
}

async function listenAt<Counters>(
  local: Endpoint,
  { guard, counters, ...handling }: DatagramService<Counters>,
  { openSocket = openBunSocket, family, signal }: ListenOptions,
): Promise<DatagramServer<Counters>> {
  const socket = await openSocket({
    ...handling,
    local,
    unicastOnly: true,
    receivesBursts: true,
    ipv6Only: family === 6,
    ...(signal && { signal }),
  });
  guard.localPort = socket.local.port;
  return {
    local: socket.local,
    counters,
    close: () => socket.close(),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}
