import type { Endpoint, Random } from "@udp/core";
import { msToNs, randomIdentifier, secureRandom } from "@udp/core";
import type { WallClock } from "../wall-clock.ts";
import { fillPayload } from "./payload-fill.ts";
import type { ProbePlan } from "./plan.ts";
import type { ProbeRunOptions } from "./run.ts";
import { Schedule } from "./schedule.ts";
import { ProbeSession } from "./session.ts";

/** What a session is handed in. */
export interface SessionSurroundings {
  /** For the stamps of STAMP. */
  readonly wallClock: WallClock;
  /** Default: one that cannot be predicted. */
  readonly random?: Random | undefined;
  /** When the first datagram is due. Default: as soon as the far end is ready. */
  readonly startAtNs?: number | undefined;
}

/**
 * Where a reflector of STAMP reads a hello's error estimate, a part of the session stands; no clock has one
 * of zero (RFC 8762 section 4.2.1), so that it would not answer.
 */
const REFLECTABLE = 1n << 16n;

/** A session that carries a plan out. */
export function createProbeSession(
  target: Endpoint,
  plan: ProbePlan,
  { wallClock, random = secureRandom, startAtNs }: SessionSurroundings,
): ProbeSession {
  return new ProbeSession({
    target,
    stamp: { key: plan.key, wallClock, random },
    run: { ...runOptions(plan, random), startAtNs },
    protocol: plan.protocol,
    session: randomIdentifier(random) | REFLECTABLE,
    answerTimeoutNs: msToNs(plan.answerTimeoutMs),
  });
}

function runOptions(plan: ProbePlan, random: Random): ProbeRunOptions {
  const { intervalMs, burstSize, schedule, durationMs, waitMs } = plan;
  const intervalNs = msToNs(intervalMs);
  return {
    schedule: new Schedule({ intervalNs, burstSize, kind: schedule }, random),
    count: plan.count,
    durationNs: durationMs === undefined ? Number.POSITIVE_INFINITY : msToNs(durationMs),
    payloadBytes: plan.payloadBytes,
    fill: fillPayload(plan.fill),
    waitNs: waitMs === undefined ? undefined : msToNs(waitMs),
    lateAfterNs: msToNs(plan.lateAfterMs),
  };
}
