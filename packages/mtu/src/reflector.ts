import type {
  AddressFamily,
  Clock,
  DatagramSocket,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  ReplyLimits,
} from "@udp/core";
import {
  checkLocalAddress,
  checkPort,
  DEFAULT_PORT,
  firstThatWorks,
  openBunSocket,
  ReplyGuard,
  resolveHost,
  systemClock,
  UdpError,
} from "@udp/core";
import type {
  AnswerType,
  IgnoredReason,
  ReflectorAnswer,
  ReflectorCounters,
} from "./reflector-session.ts";
import { DEFAULT_BUDGET_BYTES, isReflectorAnswer, ReflectorSession } from "./reflector-session.ts";

/** Where {@link serveReflector} listens, and which limits it keeps. */
export interface ReflectorOptions extends ReplyLimits {
  /** Address or name to listen at; `0.0.0.0` or `::` for all addresses. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0 to 65535, where 0 lets the system choose. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family; with 6, a reflector on `::` leaves IPv4 alone. */
  readonly family?: AddressFamily | undefined;
  /**
   * Bytes of sized datagrams, headers included, that leave in a minute, a quarter of them to one
   * source; 0 for none. Default 40,000,000. Where the system is not Linux always 0: it might cut them.
   */
  readonly budgetBytes?: number | undefined;
  /** Told of each datagram after it was dealt with. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: ReflectorRequest) => void) | undefined;
  /** Closes the reflector; where it is aborted already, starting rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** A datagram that came to the reflector. */
export interface ReflectorRequest {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  /** What was sent back; `undefined` where nothing was. */
  readonly answer: AnswerType | undefined;
  /** Why it was not to be answered; `undefined` where it was. */
  readonly ignored: IgnoredReason | undefined;
}

/** A running reflector; ends by `close`, by its signal, or at the end of an `await using` block. */
export interface Reflector extends AsyncDisposable {
  /** Where it receives; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** Live figures. */
  readonly counters: ReflectorCounters;
  /** Idempotent; no callback follows. */
  close(): void;
}

/**
 * Starts the far end of a path measurement. It acknowledges probes of any size with a few bytes;
 * datagrams of a wanted size it sends only to clients that have shown by a cookie that they receive
 * where they say, within a budget, unfragmented. It never answers in a way that makes it a
 * loop or an amplifier (see `ReplyGuard` of `@udp/core`).
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`,
 * `UDP_NAME_NOT_FOUND`, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_SYSTEM`.
 */
export async function serveReflector(options: ReflectorOptions = {}): Promise<Reflector> {
  const { host = "127.0.0.1", port = DEFAULT_PORT } = options;
  checkPort(port);
  const addresses = await resolveHost(host, options);
  return await firstThatWorks(addresses, ["UDP_ADDRESS_NOT_AVAILABLE"], (address) =>
    serveAt({ address: checkLocalAddress(address), port }, options),
  );
}

async function serveAt(wanted: Endpoint, options: ReflectorOptions): Promise<Reflector> {
  const { openSocket = openBunSocket, clock = systemClock, onRequest, signal } = options;
  const guard = new ReplyGuard({ ...options, local: wanted, isOwnReply: isReflectorAnswer });
  const session = new ReflectorSession({ guard, budgetBytes: budgetBytes(options) });
  const socket = await openSocket({
    local: wanted,
    unicastOnly: true,
    ipv6Only: options.family === 6,
    mtuDiscovery: "probe",
    ...(signal && { signal }),
    onDatagram: (payload, from, receiver) => {
      const { answer, ignored } = session.receive(payload, from, clock.nowNs());
      const sent = answer && sendAnswer(session, receiver, answer, from);
      onRequest?.({ from, payload, answer: sent?.type, ignored });
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

/** A datagram that a system cut in pieces would be taken for one that the path carries whole. */
function budgetBytes({ budgetBytes = DEFAULT_BUDGET_BYTES }: ReflectorOptions): number {
  return process.platform === "linux" ? budgetBytes : 0;
}

/** What was sent: the answer, or where it is too large for this host, word of that. */
function sendAnswer(
  session: ReflectorSession,
  socket: DatagramSocket,
  answer: ReflectorAnswer,
  to: Endpoint,
): ReflectorAnswer | undefined {
  const delivery = deliver(socket, answer.payload, to);
  const tooLarge = delivery === "too-large" ? session.refuseAsTooLarge(answer) : undefined;
  if (tooLarge !== undefined) return sendAnswer(session, socket, tooLarge, to);
  if (delivery === "sent") session.countSent(answer);
  else session.countUnsent();
  return delivery === "sent" ? answer : undefined;
}

function deliver(
  socket: DatagramSocket,
  payload: Uint8Array,
  to: Endpoint,
): "sent" | "too-large" | "unsent" {
  try {
    return socket.send(payload, to) ? "sent" : "unsent";
  } catch (error) {
    if (!(error instanceof UdpError)) throw error;
    return error.code === "UDP_TOO_LARGE" ? "too-large" : "unsent";
  }
}
