import type {
  Clock,
  DatagramServer,
  DatagramService,
  DatagramSocket,
  Endpoint,
  ListenOptions,
  ReplyLimits,
} from "@udp/core";
import {
  ArrivalReader,
  choiceOption,
  DEFAULT_PORT,
  ReplyGuard,
  serveDatagrams,
  systemClock,
  trySend,
} from "@udp/core";
import type { EchoCounters } from "./echo-session.ts";
import { EchoSession } from "./echo-session.ts";
import { PlainResponder } from "./plain-responder.ts";
import type { SocketLosses } from "./probe/peer.ts";
import type { EchoRefusal, ReplyMode, Responder } from "./responder.ts";
import { STAMP_PORT } from "./stamp/port.ts";
import { StampResponder } from "./stamp/responder.ts";
import type { WallClock } from "./wall-clock.ts";
import { simulatedWallClock, systemWallClock } from "./wall-clock.ts";

/** Where {@link serveEcho} listens, how it answers, and which limits it keeps. */
export interface ServeOptions extends ListenOptions, ReplyLimits {
  /** 0 to 65535, where 0 lets the system choose. Default 1060, with `stamp` 862. */
  readonly port?: number | undefined;
  /** How requests are answered. Default `length`. */
  readonly reply?: ReplyMode | undefined;
  /** With `stamp`: answers authenticated requests only; 16 to 64 bytes. */
  readonly key?: Uint8Array | undefined;
  /** With `stamp`: numbers the replies of each session by themselves. Default `false`: as their requests. */
  readonly isStateful?: boolean | undefined;
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
  readonly refusal: EchoRefusal | undefined;
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
  const { reply, clock } = options;
  const port = options.port ?? (reply === "stamp" ? STAMP_PORT : DEFAULT_PORT);
  const wallClock = clock === undefined ? await systemWallClock() : simulatedWallClock(clock);
  return await serveDatagrams({ ...options, port }, (local) =>
    createService(local, options, wallClock),
  );
}

function createService(
  local: Endpoint,
  options: ServeOptions,
  wallClock: WallClock,
): DatagramService<EchoCounters> {
  const { clock = systemClock, onRequest } = options;
  let serving: DatagramSocket | undefined;
  const responder = createResponder(options, wallClock, () => ({
    droppedCount: serving?.droppedCount,
    unsentCount: session.counters.unsentCount,
  }));
  const isOwnReply = (payload: Uint8Array): boolean => responder.isOwnReply(payload);
  const guard = new ReplyGuard({ ...options, local, isOwnReply });
  const session = new EchoSession(responder, guard);
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

function createResponder(
  { reply = "length", key, isStateful = false }: ServeOptions,
  wallClock: WallClock,
  socketLosses: () => SocketLosses,
): Responder {
  const mode = choiceOption("reply", reply, ["length", "echo", "stamp"]);
  if (mode !== "stamp") return new PlainResponder(mode, { wallClock, socketLosses });
  return new StampResponder({ mode: isStateful ? "stateful" : "stateless", key, wallClock });
}
