import type { Random } from "@udp/core";
import { msToNs, nsToMs } from "@udp/core";
import type { TraceAnswer, TraceProbe } from "../src/trace-answer.ts";
import type { TraceResult, TraceSession } from "../src/trace-session.ts";

/** One hop of a {@link PathModel}: a router, or at the end the host. */
export interface ModelHop {
  /** Each answer comes from one of them. */
  readonly addresses: readonly string[];
  /** Of the link that leads here. */
  readonly mtuBytes: number;
  /** What it says of a packet that is too large for the link behind it; `undefined`: nothing. */
  readonly tooBig?: { readonly from: string; readonly mtuBytes: number } | undefined;
  /** It never says that a packet's hops are used up, or that it has arrived. */
  readonly isSilent?: boolean;
  /** It gives up instead of passing on. */
  readonly isDeadEnd?: boolean;
  /** As Linux: so many answers at once, and one more each second. */
  readonly burst?: number;
}

/** A path on which chance comes from a seed. The last hop is the host. */
export interface PathModel {
  readonly hops: readonly ModelHop[];
  readonly hopDelayMs: number;
  /** Each way. */
  readonly lossRatio: number;
  readonly random: Random;
}

interface Arrival {
  readonly atNs: number;
  readonly answer: TraceAnswer;
}

/** A session's run over a path, in virtual time. */
export interface ModelRun {
  readonly result: TraceResult;
  readonly probes: readonly TraceProbe[];
  readonly elapsedMs: number;
}

/** Lets a session trace a path, until it has nothing left to do. */
export function runTrace(session: TraceSession, path: PathModel): ModelRun {
  const buckets = new Buckets();
  const probes: TraceProbe[] = [];
  let arrivals: Arrival[] = [];
  let nowNs = 0;
  for (;;) {
    for (let probe = session.poll(nowNs); probe !== undefined; probe = session.poll(nowNs)) {
      probes.push(probe);
      const answer = answerTo(probe, path, buckets, nowNs);
      if (answer === undefined) continue;
      const atNs = nowNs + msToNs(2 * path.hopDelayMs * probe.hopLimit);
      arrivals = [...arrivals, { atNs, answer }].toSorted((one, other) => one.atNs - other.atNs);
    }
    const deadlineNs = session.nextDeadlineNs();
    if (deadlineNs === Number.POSITIVE_INFINITY) break;
    const [first] = arrivals;
    nowNs = Math.max(nowNs, Math.min(deadlineNs, first?.atNs ?? deadlineNs));
    if (first === undefined || first.atNs > nowNs) continue;
    arrivals.shift();
    session.receive(first.answer, nowNs);
  }
  return { result: session.result(), probes, elapsedMs: nsToMs(nowNs) };
}

function answerTo(
  probe: TraceProbe,
  path: PathModel,
  buckets: Buckets,
  nowNs: number,
): TraceAnswer | undefined {
  if (path.random() < path.lossRatio || path.random() < path.lossRatio) return undefined;
  const probeId = probe.id;
  const stop = path.hops.findIndex(
    ({ mtuBytes, isDeadEnd = false }, index) =>
      probe.packetBytes > mtuBytes || isDeadEnd || index + 1 === probe.hopLimit,
  );
  const place = stop < 0 ? path.hops.length - 1 : stop;
  const hop = path.hops[place];
  if (hop === undefined) return undefined;
  if (probe.packetBytes > hop.mtuBytes) {
    const word = path.hops[place - 1]?.tooBig;
    return word && { kind: "packet-too-big", probeId, ...word };
  }
  if (hop.isSilent || !buckets.take(place, hop.burst, nowNs)) return undefined;
  const from = hop.addresses[Math.floor(path.random() * hop.addresses.length)] ?? "";
  if (place === path.hops.length - 1) return { kind: "reached", probeId, from };
  return { kind: hop.isDeadEnd ? "unreachable" : "time-exceeded", probeId, from };
}

class Buckets {
  readonly #tokens = new Map<number, { tokens: number; atNs: number }>();

  take(place: number, burst = Number.POSITIVE_INFINITY, nowNs = 0): boolean {
    const bucket = this.#tokens.get(place) ?? { tokens: burst, atNs: nowNs };
    const tokens = Math.min(burst, bucket.tokens + nsToMs(nowNs - bucket.atNs) / 1000);
    const isGranted = tokens >= 1;
    this.#tokens.set(place, { tokens: isGranted ? tokens - 1 : tokens, atNs: nowNs });
    return isGranted;
  }
}
