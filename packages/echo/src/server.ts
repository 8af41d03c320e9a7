import type {
  Clock,
  DatagramServer,
  DatagramService,
  DatagramSocket,
  Endpoint,
  ListenOptions,
  RefusalReason,
  ReplyLimits,
} from "@udp/core";
import {
  ArrivalReader,
  choiceOption,
  isLengthReply,
  ReplyGuard,
  serveDatagrams,
  systemClock,
  trySend,
} from "@udp/core";
import type { EchoCounters } from "./echo-session.ts";
import { EchoSession } from "./echo-session.ts";
import { isProbeAnswer } from "./probe/reflector.ts";
import { monotonicWallClock } from "./probe/wall-clock.ts";
import type { ReplyMode } from "./responder.ts";
import { responders } from "./responder.ts";

/** Where {@link serveEcho} listens, how it answers, and which limits it keeps. */
export interface ServeOptions extends ListenOptions, ReplyLimits {
  /** How requests are answered. Default `length`. */
  readonly reply?: ReplyMode | undefined;
  /** Told of each datagram after it was dealt with. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: EchoRequest) => void) | undefined;
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
export type EchoServer = DatagramServer<EchoCounters>;

/**
 * Starts a UDP echo server that answers each datagram at most once, and never in a way that makes it
 * a loop or an amplifier (see `ReplyGuard` of `@udp/core`).
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`,
 * `UDP_NAME_NOT_FOUND`, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_SYSTEM`.
 */
export async function serveEcho(options: ServeOptions = {}): Promise<EchoServer> {
  return await serveDatagrams(options, (local) => createService(local, options));
}

function createService(local: Endpoint, options: ServeOptions): DatagramService<EchoCounters> {
  const { clock = systemClock, onRequest } = options;
  const guard = createGuard(local, options);
  let serving: DatagramSocket | undefined;
  const session = new EchoSession({
    respond: responders[options.reply ?? "length"],
    guard,
    wallClock: monotonicWallClock,
    droppedCount: () => serving?.droppedCount,
  });
  const arrivals = new ArrivalReader();
  return {
    guard,
    counters: session.counters,
    onDatagram: (payload, from, socket) => {
      serving = socket;
      const arrived = arrivals.read(payload, from);
      const { reply, refusal } = session.receive(arrived, clock.nowNs());
      if (reply !== undefined) session.countReply(trySend(socket, reply, from));
      onRequest?.({ from, payload, refusal });
    },
  };
}

function createGuard(local: Endpoint, options: ServeOptions): ReplyGuard {
  const mode = choiceOption("reply", options.reply ?? "length", ["length", "echo"]);
  const isOwnReply = (payload: Uint8Array): boolean =>
    isProbeAnswer(payload) || (mode === "length" && isLengthReply(payload));
  return new ReplyGuard({ ...options, local, isOwnReply });
}
