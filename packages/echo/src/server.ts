import type {
  AddressFamily,
  Clock,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  RefusalReason,
  ReplyLimits,
} from "@udp/core";
import {
  checkLocalAddress,
  checkPort,
  choiceOption,
  DEFAULT_PORT,
  firstThatWorks,
  openBunSocket,
  ReplyGuard,
  resolveHost,
  systemClock,
  trySend,
} from "@udp/core";
import type { EchoCounters } from "./echo-session.ts";
import { EchoSession } from "./echo-session.ts";
import type { ReplyMode } from "./responder.ts";
import { isLengthReply, responders } from "./responder.ts";

/** Where {@link serveEcho} listens, how it answers, and which limits it keeps. */
export interface ServeOptions extends ReplyLimits {
  /** Address or name to listen at; `0.0.0.0` or `::` for all addresses. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0 to 65535, where 0 lets the system choose. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family; with 6, a server on `::` leaves IPv4 alone. */
  readonly family?: AddressFamily | undefined;
  /** How requests are answered. Default `length`. */
  readonly reply?: ReplyMode | undefined;
  /** Told of each datagram after it was dealt with. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: EchoRequest) => void) | undefined;
  /** Closes the server; where it is aborted already, starting rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** A datagram that came to the server. */
export interface EchoRequest {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  /** Why it was not answered; `undefined` where it was. */
  readonly refusal: RefusalReason | undefined;
}

/** A running server; ends by `close`, by its signal, or at the end of an `await using` block. */
export interface EchoServer extends AsyncDisposable {
  /** Where it receives; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** Live figures. */
  readonly counters: EchoCounters;
  /** Idempotent; no callback follows. */
  close(): void;
}

/**
 * Starts a UDP echo server that answers each datagram at most once, and never in a way that makes it
 * a loop or an amplifier (see `ReplyGuard` of `@udp/core`).
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`,
 * `UDP_NAME_NOT_FOUND`, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_SYSTEM`.
 */
export async function serveEcho(options: ServeOptions = {}): Promise<EchoServer> {
  const { host = "127.0.0.1", port = DEFAULT_PORT } = options;
  checkPort(port);
  const addresses = await resolveHost(host, options);
  return await firstThatWorks(addresses, ["UDP_ADDRESS_NOT_AVAILABLE"], (address) =>
    serveAt({ address: checkLocalAddress(address), port }, options),
  );
}

async function serveAt(wanted: Endpoint, options: ServeOptions): Promise<EchoServer> {
  const { openSocket = openBunSocket, clock = systemClock, onRequest, signal } = options;
  const guard = createGuard(wanted, options);
  const session = new EchoSession(responders[options.reply ?? "length"], guard);
  const socket = await openSocket({
    local: wanted,
    unicastOnly: true,
    ipv6Only: options.family === 6,
    ...(signal && { signal }),
    onDatagram: (payload, from, receiver) => {
      const decision = session.receive(payload, from, clock.nowNs());
      if (decision.reply !== undefined) session.countReply(trySend(receiver, decision.reply, from));
      onRequest?.({ from, payload, refusal: decision.refusal });
    },
  });
  guard.localPort = socket.local.port;
  return {
    local: socket.local,
    counters: session.counters,
    close: () => socket.close(),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}

function createGuard(local: Endpoint, options: ServeOptions): ReplyGuard {
  const mode = choiceOption("reply", options.reply ?? "length", ["length", "echo"]);
  const isOwnReply = mode === "length" ? isLengthReply : () => false;
  return new ReplyGuard({ ...options, local, isOwnReply });
}
