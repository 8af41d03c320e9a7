import type {
  Clock,
  DatagramServer,
  DatagramService,
  DatagramSocket,
  Endpoint,
  ListenOptions,
} from "@udp/core";
import {
  ArrivalReader,
  DEFAULT_PORT,
  integerOption,
  listenWhereItWorks,
  serveDatagrams,
  systemClock,
  trySend,
} from "@udp/core";
import type { EchoRules } from "./echo-rules.ts";
import { checkEchoRules, createEchoSession, echoRules } from "./echo-rules.ts";
import type { EchoCounters } from "./echo-session.ts";
import type { EngineName } from "./engine.ts";
import type { EngineChoice } from "./engine-choice.ts";
import { chooseEngine } from "./engine-choice.ts";
import type { EchoRefusal } from "./responder.ts";
import { STAMP_PORT } from "./stamp/port.ts";
import type { WallClock } from "./wall-clock.ts";
import { simulatedWallClock, systemWallClock } from "./wall-clock.ts";

/** Where {@link serveEcho} listens, how it answers, and which limits it keeps. */
export interface ServeOptions extends ListenOptions, EchoRules {
  /** 0 to 65535, where 0 lets the system choose. Default 1060, with `stamp` 862. */
  readonly port?: number | undefined;
  /**
   * `linux`: threads that wait in the kernel and answer many datagrams with one call, each from the address that
   * was asked. `portable`: a socket of the runtime. Default `auto`: `linux` where it can be had.
   */
  readonly engine?: EngineName | "auto" | undefined;
  /** Threads of the engine `linux` that share the port, 1 to 64; each answers some of the sources. Default 1. */
  readonly workerCount?: number | undefined;
  /**
   * Told of each datagram after it was dealt with. What it throws is an uncaught exception. With the engine `linux`
   * it may be too slow for some: see `untoldCount`.
   */
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
export interface EchoServer extends DatagramServer<EchoCounters> {
  readonly engine: EngineName;
  /** Why the engine is not `linux` where that was to be expected, in words. */
  readonly engineObstacle: string | undefined;
  /** Datagrams that came while `onRequest` was so slow that it will not be told of them. */
  readonly untoldCount: number;
  /**
   * Rejects with a UdpError `UDP_SYSTEM` when the server has ended since a thread of it did, of its own accord;
   * settles in no other case. Where nobody waits for it, that is an uncaught error.
   */
  readonly failed: Promise<never>;
  /** Idempotent. With the engine `linux`, `onRequest` is told of what came before until disposal has settled. */
  close(): void;
}

const MAX_WORKERS = 64;

/**
 * Starts a UDP echo server that answers each datagram at most once, and never in a way that makes it
 * a loop or an amplifier (see `ReplyGuard` of `@udp/core`).
 *
 * @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`,
 * `UDP_NAME_NOT_FOUND`, `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
 * `UDP_SYSTEM`.
 */
export async function serveEcho(options: ServeOptions = {}): Promise<EchoServer> {
  const { reply, workerCount = 1 } = options;
  integerOption("workerCount", workerCount, 1, MAX_WORKERS);
  const port = options.port ?? (reply === "stamp" ? STAMP_PORT : DEFAULT_PORT);
  const { engine, obstacle } = await chosenEngine(options);
  return engine === "linux"
    ? await serveOnLinux({ ...options, port, workerCount })
    : await servePortably({ ...options, port }, obstacle);
}

async function chosenEngine(options: ServeOptions): Promise<EngineChoice> {
  const { engine, workerCount = 1, openSocket, clock } = options;
  return await chooseEngine({
    engine,
    isHandedIn: openSocket !== undefined || clock !== undefined,
    portableLacks: workerCount > 1 ? "workerCount: the engine portable has one only" : undefined,
    findObstacle: async () => (await import("@udp/core/linux")).batchSocketObstacle(),
  });
}

async function servePortably(
  options: ServeOptions,
  engineObstacle: string | undefined,
): Promise<EchoServer> {
  const { clock } = options;
  const wallClock = clock === undefined ? await systemWallClock() : simulatedWallClock(clock);
  const server = await serveDatagrams(options, (local) => createService(local, options, wallClock));
  return { ...server, engine: "portable", engineObstacle, untoldCount: 0, failed: NEVER };
}

const NEVER = new Promise<never>(() => undefined);

/** Loaded here and nowhere before, as bun:ffi comes with it. */
async function serveOnLinux(options: ServeOptions & { workerCount: number }): Promise<EchoServer> {
  const { workerCount, family, signal, onRequest } = options;
  const { ServerThreads } = await import("./linux/server-engine.ts");
  const rules = echoRules(options);
  // What is wrong with them is said here, and not in a thread.
  checkEchoRules(rules);
  const threads = await listenWhereItWorks(options, (local) =>
    ServerThreads.start({ local, rules, workerCount, onRequest, ipv6Only: family === 6 }),
  );
  if (signal?.aborted) await threads[Symbol.asyncDispose]();
  signal?.throwIfAborted();
  const close = (): void => threads.close();
  signal?.addEventListener("abort", close, { once: true });
  return {
    engine: "linux",
    engineObstacle: undefined,
    local: threads.local,
    failed: threads.failed,
    get counters() {
      return threads.counters;
    },
    get untoldCount() {
      return threads.untoldCount;
    },
    close,
    [Symbol.asyncDispose]: async () => {
      signal?.removeEventListener("abort", close);
      await threads[Symbol.asyncDispose]();
    },
  };
}

function createService(
  local: Endpoint,
  options: ServeOptions,
  wallClock: WallClock,
): DatagramService<EchoCounters> {
  const { clock = systemClock, onRequest } = options;
  let serving: DatagramSocket | undefined;
  const droppedCount = (): number | undefined => serving?.droppedCount;
  const { session, guard } = createEchoSession(local, options, { wallClock, droppedCount });
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
