import { msToNs } from "@udp/core";
import type { ProbeSession } from "./session.ts";

/** How far a measurement has come. */
export interface ProbeProgress {
  readonly sentCount: number;
  /** Different datagrams that were answered. */
  readonly answeredCount: number;
  /** Round trips since the last progress, the latest ones, in the order of their replies. */
  readonly rttsNs: Float64Array;
}

const INTERVAL_NS = msToNs(100);

/** More than these at once nobody can look at. */
const MAX_ROUND_TRIPS = 256;

/** Says now and then how far a session has come: ten times a second at most. */
export class ProgressReports {
  readonly #session: ProbeSession;
  readonly #tell: (progress: ProbeProgress) => void;
  #dueAtNs = Number.NEGATIVE_INFINITY;
  #toldCount = 0;

  constructor(session: ProbeSession, tell: (progress: ProbeProgress) => void) {
    this.#session = session;
    this.#tell = tell;
  }

  /** Tells it, where it is time. */
  offer(nowNs: number): void {
    const { run } = this.#session;
    if (run === undefined || nowNs < this.#dueAtNs) return;
    this.#dueAtNs = nowNs + INTERVAL_NS;
    const { sentCount, answeredCount } = run.samples;
    const from = Math.max(this.#toldCount, answeredCount - MAX_ROUND_TRIPS);
    this.#toldCount = answeredCount;
    this.#tell({ sentCount, answeredCount, rttsNs: run.samples.roundTrips(from) });
  }
}
