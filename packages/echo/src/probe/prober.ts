import type {
  AddressFamily,
  Clock,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  Random,
} from "@udp/core";
import {
  addressFamily,
  checkPeerAddress,
  checkPort,
  DEFAULT_PORT,
  firstThatWorks,
  openBunSocket,
  resolveHost,
  secureRandom,
  systemClock,
  unspecifiedAddress,
} from "@udp/core";
import type { EngineName } from "../engine.ts";
import type { EngineChoice } from "../engine-choice.ts";
import { chooseEngine } from "../engine-choice.ts";
import type { ProbeThreads } from "../linux/probe-threads.ts";
import { STAMP_PORT } from "../stamp/port.ts";
import { simulatedWallClock, systemWallClock, timeOfDay } from "../wall-clock.ts";
import type { ProbePlan, ProbePlanOptions } from "./plan.ts";
import { probePlan } from "./plan.ts";
import { createProbeSession } from "./planned-session.ts";
import { runPortably } from "./portable-engine.ts";
import type { ProbeProgress } from "./progress.ts";
import type { ProbeResult } from "./result.ts";
import { isAnswered, noReply, resultOf } from "./result.ts";

/** Whom {@link probe} measures the way to, and how. */
export interface ProbeOptions extends ProbePlanOptions {
  /** Address or name of the far end. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 1 to 65535. Default 1060, with `stamp` 862. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** An address of this host that datagrams leave from. Default: the system's choice. */
  readonly sourceAddress?: string | undefined;
  /** 1 to 65535; 0 and the default: the system's choice. */
  readonly sourcePort?: number | undefined;
  /**
   * `linux`: a thread that waits in the kernel, exact to some microseconds, with the kernel's own stamps.
   * `portable`: the event loop, exact to a millisecond. Default `auto`: `linux` where it can be had.
   */
  readonly engine?: EngineName | "auto" | undefined;
  /** Told which engine it is, before anything is sent. */
  readonly onEngine?: ((choice: EngineChoice) => void) | undefined;
  /** Told how far it has come, ten times a second at most. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
  /**
   * Ends the sending; what was measured until then is the result. Where nothing was, the promise rejects with
   * its reason.
   */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. With one that is given the engine is `portable`. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. With one that is given the engine is `portable`. */
  readonly clock?: Clock;
  /**
   * Draws the session's identifier and the intervals of `poisson`. Default: one that cannot be predicted. With
   * one that is given the engine is `portable`.
   */
  readonly random?: Random;
}

/**
 * Sends datagrams at their times, whatever comes back, and measures what became of them. Addresses of a
 * name are tried in the resolver's order; those where nothing listens, or to which there is no way, are
 * passed over, while one that is silent ends it.
 *
 * @throws EchoError `ECHO_NOT_LISTENING` as soon as the system says so; `ECHO_NO_REPLY` where nothing
 * answers; `ECHO_NOT_MEASURABLE` where the far end answers, but not so that it could be measured with.
 * @throws UdpError `UDP_BAD_HOST` for an address that is not that of one host; `UDP_BAD_ADDRESS`,
 * `UDP_BAD_PORT`, `UDP_BAD_OPTION`, `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_SYSTEM`; `UDP_TOO_LARGE` for a
 * payload that is larger than what the path carries.
 */
export async function probe(options: ProbeOptions = {}): Promise<ProbeResult> {
  using prober = await Prober.open({ ...options, hasNoise: true });
  const result = await prober.measure();
  if (isAnswered(result)) return result;
  options.signal?.throwIfAborted();
  throw noReply(result);
}

/** Whom a measurement asks. */
export interface ProbeTarget {
  /** As it was given. */
  readonly host: string;
  readonly port: number;
}

/** What the options say, and their defaults. */
export function targetOf(options: Pick<ProbeOptions, "host" | "port" | "protocol">): ProbeTarget {
  const { host = "127.0.0.1", protocol } = options;
  const { port = protocol === "stamp" ? STAMP_PORT : DEFAULT_PORT } = options;
  return { host, port };
}

/** How a {@link Prober} measures. */
interface ProberOptions extends ProbeOptions {
  /** Whether the engine `linux` measures what the machine itself adds, each time before. */
  readonly hasNoise: boolean;
}

/** Measures the way to one host, as often as it is told to, also several times at once. */
export class Prober implements Disposable {
  /** What each measurement sends. */
  readonly plan: ProbePlan;
  readonly target: ProbeTarget;
  readonly #options: ProberOptions;
  readonly #engine: EngineName;
  #threads: ProbeThreads | undefined;

  private constructor(options: ProberOptions, plan: ProbePlan, engine: EngineName) {
    this.plan = plan;
    this.target = targetOf(options);
    this.#options = options;
    this.#engine = engine;
  }

  /** @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`; `UDP_SYSTEM` where this host lacks what is needed. */
  static async open(options: ProberOptions): Promise<Prober> {
    checkPort(targetOf(options).port, 1);
    checkPort(options.sourcePort ?? 0);
    const plan = probePlan(options);
    const choice = await chosenEngine(options, plan);
    options.onEngine?.(choice);
    return new Prober(options, plan, choice.engine);
  }

  /**
   * One measurement, which may have sent much and have been answered nothing.
   *
   * @param startAtNs when its first datagram is due, by the clock; default: as soon as the far end is ready.
   * @throws as {@link probe}.
   */
  async measure(startAtNs?: number): Promise<ProbeResult> {
    const { sourceAddress, sourcePort = 0 } = this.#options;
    const { host, port } = this.target;
    const addresses = await resolveHost(host, this.#options);
    return await firstThatWorks(addresses, ["ECHO_NOT_LISTENING", "UDP_UNREACHABLE"], (address) => {
      const target = { address: checkPeerAddress(address), port };
      const anyAddress = unspecifiedAddress(addressFamily(address));
      const local = { address: sourceAddress ?? anyAddress, port: sourcePort };
      const what = { target, local, plan: this.plan, startAtNs };
      return this.#engine === "linux"
        ? this.#measureOnLinux(what)
        : measurePortably(what, this.#options);
    });
  }

  /** Once nothing is measured any more. */
  [Symbol.dispose](): void {
    this.#threads?.[Symbol.dispose]();
  }

  /** Loaded here and nowhere before, as bun:ffi comes with it. */
  async #measureOnLinux(what: Measurement): Promise<ProbeResult> {
    const { ProbeThreads } = await import("../linux/probe-threads.ts");
    this.#threads ??= new ProbeThreads();
    const { hasNoise, signal, onProgress } = this.#options;
    return await this.#threads.run({ ...what, hasNoise }, { signal, onProgress });
  }
}

/** What is measured, from where. */
interface Measurement {
  readonly target: Endpoint;
  readonly local: Endpoint;
  readonly plan: ProbePlan;
  readonly startAtNs: number | undefined;
}

async function chosenEngine(options: ProbeOptions, plan: ProbePlan): Promise<EngineChoice> {
  const { engine, openSocket, clock, random } = options;
  const needsLinux = plan.dscp !== undefined || plan.dontFragment;
  return await chooseEngine({
    engine,
    isHandedIn: [openSocket, clock, random].some((given) => given !== undefined),
    portableLacks: needsLinux ? "dscp and dontFragment need the engine linux" : undefined,
    findObstacle: async () => (await import("@udp/core/linux")).messageSocketObstacle(),
  });
}

async function measurePortably(
  { target, local, plan, startAtNs }: Measurement,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { openSocket = openBunSocket, clock = systemClock, random = secureRandom } = options;
  const { signal, onProgress } = options;
  const wallClock = options.clock ? simulatedWallClock(clock) : await systemWallClock();
  const startedAt = timeOfDay(wallClock);
  const session = createProbeSession(target, plan, { wallClock, random, startAtNs });
  const { hopLimit } = plan;
  const run = { target, openSocket, clock, local, hopLimit, signal, onProgress };
  const place = await runPortably(session, run);
  if (session.run === undefined) signal?.throwIfAborted();
  const { isSynchronised: isClockSynchronised } = wallClock.status();
  return resultOf(session, { ...place, plan, startedAt, isClockSynchronised });
}
