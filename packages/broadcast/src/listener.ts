import type { Endpoint } from "@udp/core";
import {
  addressWords,
  checkPort,
  DEFAULT_PORT,
  isUnspecified,
  openBunSocket,
  parseAddress,
} from "@udp/core";

/** A datagram, and how it came, as far as the kernel tells. */
export interface HeardDatagram {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
  /** The interface at which it came in. */
  readonly interfaceName: string | undefined;
  /** The address that it was sent to: this host's own, a broadcast address, or a group. */
  readonly destination: string | undefined;
}

/** Where a listener listens, and who hears from it. */
export interface ListenerOptions {
  /** An address of this host; `0.0.0.0` or `::` for all. Others hear no broadcasts. Default `0.0.0.0`. */
  readonly address?: string | undefined;
  /** 0 to 65535, where 0 lets the system choose. Default 1060. */
  readonly port?: number | undefined;
  /** What it throws is an uncaught exception. */
  readonly onDatagram: (datagram: HeardDatagram) => void;
  /** Closes the listener; where it is aborted already, opening rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Hears what is sent to many, and to one. Ends by `close`, its signal, or its `await using` block. */
export interface Listener extends AsyncDisposable {
  /** Where it listens; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** Idempotent; no callback follows. */
  close(): void;
}

/** Whether broadcasts reach a socket at this address: they do at no address that is one host's own. */
export function hearsBroadcasts(address: string): boolean {
  return isUnspecified(addressWords(address));
}

/**
 * Listens for whatever is sent to a port of this host: to the host, to a broadcast address of its
 * networks, or to all. It never answers.
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`, `UDP_ADDRESS_IN_USE`,
 * `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { address = "0.0.0.0", port = DEFAULT_PORT } = options;
  const local = { address: parseAddress(address), port: checkPort(port) };
  options.signal?.throwIfAborted();
  if (process.platform !== "linux") return await listenPortably(local, options);
  const { listenOnLinux } = await import("./linux/listener.ts");
  return await listenOnLinux(local, options);
}

/** Without a word on how a datagram came. */
async function listenPortably(
  local: Endpoint,
  { onDatagram, signal }: ListenerOptions,
): Promise<Listener> {
  return await openBunSocket({
    local,
    ...(signal && { signal }),
    onDatagram: (payload, from) =>
      onDatagram({ payload, from, interfaceName: undefined, destination: undefined }),
  });
}
