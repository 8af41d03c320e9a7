import { nsToMs } from "@udp/core";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { roundTrips } from "../probe/round-trips.ts";
import type {
  DirectionTotalsDocument,
  IntervalDocument,
  WatchTotals,
} from "../watch/watch-document.ts";
import type { WatchReport } from "../watch/watch-report.ts";

/** What is counted of one target; a sample that nobody knows is none. */
interface CounterDefinition {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  /** By the value of the label. */
  readonly samples: (totals: WatchTotals) => Readonly<Record<string, number | null>>;
}

const COUNTERS: readonly CounterDefinition[] = [
  plain("sent", "Datagrams that were sent", ({ sentCount }) => sentCount),
  plain(
    "missed",
    "Datagrams that were due and not sent, as the far end was not ready",
    ({ missedCount }) => missedCount,
  ),
  plain("received", "Different datagrams that were answered", ({ receivedCount }) => receivedCount),
  byDirection(
    "lost",
    "Datagrams that were lost, by direction; unknown where the far end did not say what it saw",
    ({ lost }) => lost,
  ),
  byDirection(
    "duplicated",
    "Arrivals beyond the first of each, by direction; unknown where the far end did not say what it saw",
    ({ duplicated }) => duplicated,
  ),
  plain(
    "late",
    "Replies later than they may be; they are received too",
    ({ lateCount }) => lateCount,
  ),
  plain(
    "refused",
    "Datagrams that the limits of the far end refused to answer; absent where it never said",
    ({ refusedCount }) => refusedCount,
  ),
  plain(
    "unsent",
    "Datagrams that the system of this host did not take; they are not sent",
    ({ unsentCount }) => unsentCount,
  ),
  plain(
    "wrong_source",
    "Datagrams that came from somebody else",
    ({ wrongSourceCount }) => wrongSourceCount,
  ),
  {
    name: "udp_probe_intervals_total",
    help: "Intervals that were reported, by whether anything answered in them",
    label: "outcome",
    samples: ({ intervalCount, downCount }) => ({
      up: intervalCount - downCount,
      down: downCount,
    }),
  },
];

function plain(
  what: string,
  help: string,
  count: (totals: WatchTotals) => number | null,
): CounterDefinition {
  const name = `udp_probe_${what}_datagrams_total`;
  return { name, help, samples: (totals) => ({ "": count(totals) }) };
}

function byDirection(
  what: string,
  help: string,
  counts: (totals: WatchTotals) => DirectionTotalsDocument,
): CounterDefinition {
  const name = `udp_probe_${what}_datagrams_total`;
  // A series that begins with its first loss is one in which Prometheus sees no increase.
  const samples = (totals: WatchTotals): Readonly<Record<string, number | null>> => ({
    ...counts(totals),
    unknown: counts(totals).unknown ?? 0,
  });
  return { name, help, label: "direction", samples };
}

/** 10 µs to 10 s, in steps of 1, 2 and 5. */
const RTT_BUCKETS_S: number[] = [
  ...[-5, -4, -3, -2, -1, 0].flatMap((exponent) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)),
  ),
  10,
];

/** The metrics of a watch, as Prometheus reads them. Their labels are the targets, and no others. */
export class WatchMetrics {
  readonly #registry = new Registry();
  readonly #up: Gauge<"target">;
  readonly #rtt: Histogram<"target">;
  readonly #median: Gauge<"target">;
  readonly #p99: Gauge<"target">;

  /** @param totals of every target, from the beginning; read whenever somebody asks. */
  constructor(totals: ReadonlyMap<string, WatchTotals>) {
    for (const definition of COUNTERS) this.#count(definition, totals);
    this.#up = this.#gauge("up", "Whether anything answered in the last interval");
    this.#median = this.#gauge(
      "last_interval_rtt_median_seconds",
      "Median round trip of the last interval; absent where it had too few",
    );
    this.#p99 = this.#gauge(
      "last_interval_rtt_p99_seconds",
      "99th percentile of the round trips of the last interval; absent where it had too few",
    );
    this.#rtt = new Histogram({
      name: "udp_probe_rtt_seconds",
      help: "Round trips, from the moment at which each datagram left; of those that the kernel stamped, where it does",
      labelNames: ["target"],
      buckets: RTT_BUCKETS_S,
      registers: [this.#registry],
    });
    for (const target of totals.keys()) this.#rtt.zero({ target });
  }

  /** An interval is over, and is in the totals. */
  note({ result }: WatchReport, { target, failure, measurement }: IntervalDocument): void {
    const rtt = measurement?.rtt;
    this.#up.set({ target }, failure === null ? 1 : 0);
    setOrRemove(this.#median, target, rtt?.medianNs ?? null);
    setOrRemove(this.#p99, target, rtt?.p99Ns ?? null);
    if (result === undefined) return;
    for (const rttNs of roundTrips(result.samples).rttsNs) {
      if (!Number.isNaN(rttNs)) this.#rtt.observe({ target }, inSeconds(rttNs));
    }
  }

  /** All of it in the text format. */
  async exposition(): Promise<{ readonly text: string; readonly contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType };
  }

  #count(
    { name, help, label, samples }: CounterDefinition,
    totals: ReadonlyMap<string, WatchTotals>,
  ): void {
    const counter = new Counter({
      name,
      help,
      labelNames: label === undefined ? ["target"] : ["target", label],
      registers: [this.#registry],
      collect: () => {
        counter.reset();
        for (const [target, sums] of totals) {
          for (const [value, count] of Object.entries(samples(sums))) {
            const labels = label === undefined ? { target } : { target, [label]: value };
            if (count !== null) counter.inc(labels, count);
          }
        }
      },
    });
  }

  #gauge(what: string, help: string): Gauge<"target"> {
    const name = `udp_probe_${what}`;
    return new Gauge({ name, help, labelNames: ["target"], registers: [this.#registry] });
  }
}

function setOrRemove(gauge: Gauge<"target">, target: string, ns: number | null): void {
  if (ns === null) gauge.remove({ target });
  else gauge.set({ target }, inSeconds(ns));
}

function inSeconds(ns: number): number {
  return nsToMs(ns) / 1000;
}
