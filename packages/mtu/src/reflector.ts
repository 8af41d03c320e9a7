import type {
  Clock,
  DatagramServer,
  DatagramService,
  DatagramSocket,
  Endpoint,
  ListenOptions,
  ReplyLimits,
} from "@udp/core";
import { deliver, ReplyGuard, serveDatagrams, systemClock } from "@udp/core";
import type {
  AnswerType,
  IgnoredReason,
  ReflectorAnswer,
  ReflectorCounters,
} from "./reflector-session.ts";
import { DEFAULT_BUDGET_BYTES, isReflectorAnswer, ReflectorSession } from "./reflector-session.ts";

/** Where {@link serveReflector} listens, and which limits it keeps. */
export interface ReflectorOptions extends ListenOptions, ReplyLimits {
  /**
   * Bytes of sized datagrams, headers included, that leave in a minute, a quarter of them to one
   * source; 0 for none. Default 40,000,000. Where the system is not Linux always 0: it might cut them.
   */
  readonly budgetBytes?: number | undefined;
  /** Told of each datagram after it was dealt with. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: ReflectorRequest) => void) | undefined;
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
export type Reflector = DatagramServer<ReflectorCounters>;

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
  return await serveDatagrams(options, (local) => createService(local, options));
}

function createService(
  local: Endpoint,
  options: ReflectorOptions,
): DatagramService<ReflectorCounters> {
  const { clock = systemClock, onRequest } = options;
  const guard = new ReplyGuard({ ...options, local, isOwnReply: isReflectorAnswer });
  const session = new ReflectorSession({ guard, budgetBytes: budgetBytes(options) });
  return {
    guard,
    counters: session.counters,
    mtuDiscovery: "probe",
    onDatagram: (payload, from, socket) => {
      const { answer, ignored } = session.receive(payload, from, clock.nowNs());
      const sent = answer && sendAnswer(session, socket, answer, from);
      onRequest?.({ from, payload, answer: sent?.type, ignored });
    },
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
