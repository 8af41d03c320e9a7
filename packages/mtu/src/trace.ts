import type { AddressFamily, Clock, Endpoint, Random } from "@udp/core";
import { addressFamily, integerOption, secureRandom, systemClock } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { lookUpRoute } from "@udp/core/linux";
import { MIN_PROBE_PAYLOAD_BYTES } from "./frame.ts";
import { measure } from "./linux/measurement.ts";
import { openProbeSocket, requireLinux } from "./linux/probe-socket.ts";
import { maxPacketBytes, packetBytesOf } from "./packet-size.ts";
import type { Phase, Transmission } from "./phase.ts";
import type { TargetOptions } from "./target.ts";
import { resolveTarget } from "./target.ts";
import type { TraceAnswer } from "./trace-answer.ts";
import { TraceDatagrams } from "./trace-datagrams.ts";
import type { TraceOptions } from "./trace-options.ts";
import { traceSettings } from "./trace-options.ts";
import type { TraceResult } from "./trace-session.ts";
import { TraceSession } from "./trace-session.ts";

/** What {@link traceHops} traces, and how patiently. */
export interface TraceHopsOptions extends TargetOptions, Omit<TraceOptions, keyof PathOptions> {
  /**
   * A packet that arrives, for the hops and their round trips; at least 68, over IPv6 88. Default:
   * 68 for IPv4, 128 for IPv6. No more than the interface carries is sent.
   */
  readonly packetBytes?: number | undefined;
  /**
   * A packet that may be too large, tried at each hop; at least `packetBytes`, and where it is just
   * that, none is tried. Default, and the most that is sent: what the interface carries.
   */
  readonly largePacketBytes?: number | undefined;
  /** Default: one that cannot be predicted. */
  readonly random?: Random;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** What depends on the path. */
type PathOptions = Pick<TraceOptions, "family" | "packetBytes" | "largePacketBytes">;

/** A path, hop by hop. */
export interface Trace extends TraceResult {
  readonly target: Endpoint;
  readonly family: AddressFamily;
}

/**
 * Traces the path to a far end: its hops, and behind which of them large packets vanish. What
 * receives at the port does not matter; a reflector (`serveReflector`), a UDP echo server and a
 * closed port show where the path ends. That nobody answers is a result too.
 *
 * @throws MtuError `MTU_UNSUPPORTED`.
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_PERMISSION`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function traceHops(options: TraceHopsOptions): Promise<Trace> {
  requireLinux();
  const { random = secureRandom, clock = systemClock, signal } = options;
  const target = await resolveTarget(options);
  const family = addressFamily(target.address);
  const { interfaceMtuBytes } = lookUpRoute(target.address);
  const session = new TraceSession(fitInterface({ ...options, family }, interfaceMtuBytes));
  const tracing = new Tracing(session, new TraceDatagrams(target, random));
  using socket = await openProbeSocket(target, signal);
  await measure(tracing, socket, { clock, signal });
  return { target, family, ...session.result() };
}

/** A trace in datagrams. */
class Tracing implements Phase {
  readonly #session: TraceSession;
  readonly #datagrams: TraceDatagrams;

  constructor(session: TraceSession, datagrams: TraceDatagrams) {
    this.#session = session;
    this.#datagrams = datagrams;
  }

  get isOver(): boolean {
    return this.#session.isOver;
  }

  nextDeadlineNs(): number {
    return this.#session.nextDeadlineNs();
  }

  /** What does not leave this host goes unanswered, as what is lost on the way. */
  poll(nowNs: number): readonly Transmission[] {
    const probe = this.#session.poll(nowNs);
    if (probe === undefined) return [];
    const { hopLimit } = probe;
    return [{ payload: this.#datagrams.encode(probe), hopLimit }, ...this.poll(nowNs)];
  }

  receive(payload: Uint8Array, nowNs: number): void {
    this.#take(this.#datagrams.decode(payload), nowNs);
  }

  receiveError(error: SocketError, nowNs: number): void {
    this.#take(this.#datagrams.decodeError(error), nowNs);
  }

  #take(answer: TraceAnswer | undefined, nowNs: number): void {
    if (answer !== undefined) this.#session.receive(answer, nowNs);
  }
}

/** What the interface does not let out would say nothing of the path. */
function fitInterface(options: TraceOptions, interfaceMtuBytes: number): TraceOptions {
  const { family } = options;
  const mostBytes = Math.min(interfaceMtuBytes, maxPacketBytes(family));
  const { packetBytes, largePacketBytes = mostBytes } = traceSettings(options);
  const leastBytes = packetBytesOf(MIN_PROBE_PAYLOAD_BYTES, family);
  integerOption("packetBytes", packetBytes, leastBytes, maxPacketBytes(family));
  return {
    ...options,
    packetBytes: Math.min(packetBytes, mostBytes),
    largePacketBytes: Math.min(largePacketBytes, mostBytes),
  };
}
