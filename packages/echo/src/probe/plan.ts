import {
  choiceOption,
  integerOption,
  numberOption,
  sharedKeyOption,
  stampBaseBytes,
  UdpError,
} from "@udp/core";
import { MAX_PROBE_BYTES, MIN_ECHO_BYTES, MIN_PROBE_BYTES } from "./packet.ts";
import type { PayloadFill } from "./payload-fill.ts";
import type { ProbeProtocolName } from "./protocol.ts";
import { MAX_SAMPLES } from "./samples.ts";

/** What is sent, and when. */
export interface ProbePlanOptions {
  /**
   * How the far end is measured with. `auto`, the default, finds out: `probe`, which our server speaks and
   * which knows the directions apart, else `echo`, which any server of RFC 862 does. `stamp`: a
   * session-reflector of RFC 8762.
   */
  readonly protocol?: ProbeProtocolName | "auto" | undefined;
  /** With `stamp`, and only there: packets are authenticated; 16 to 64 bytes. */
  readonly key?: Uint8Array | undefined;
  /** Datagrams, 1 to 10,000,000. Default 300, the fewest that support a 99th percentile. */
  readonly count?: number | undefined;
  /** From one burst to the next, 0.05 to 3,600,000. Default 10. */
  readonly intervalMs?: number | undefined;
  /** How the intervals are chosen; default `fixed`. */
  readonly schedule?: "fixed" | "poisson" | undefined;
  /** Datagrams that leave at one moment, 1 to 1000. Default 1. */
  readonly burstSize?: number | undefined;
  /**
   * None leaves later than this after the first; above 0. Default: no limit but `count`. Without a count no
   * more than 10,000,000 may be due in that time.
   */
  readonly durationMs?: number | undefined;
  /** Payload, 40 to 65,507; with `echo` from 20 on, with `stamp` from 44, with a key from 112. Default 64, or 112. */
  readonly payloadBytes?: number | undefined;
  /** What stands behind the header; default `zero`. */
  readonly fill?: PayloadFill | undefined;
  /** TTL or hop limit of what is sent, 1 to 255. Default: the system's. */
  readonly hopLimit?: number | undefined;
  /** Differentiated services code point of what is sent, 0 to 63; Linux engine. Default: the system's. */
  readonly dscp?: number | undefined;
  /** Datagrams leave whole, whatever the system believes of the path; Linux engine. Default `false`. */
  readonly dontFragment?: boolean | undefined;
  /**
   * How long replies and copies are awaited after the last datagram, 0 to 86,400,000. Default: three of the
   * longest round trips, at least 1000 and at most 60,000; less where every datagram is answered.
   */
  readonly waitMs?: number | undefined;
  /** A reply that comes later than this after its datagram counts as late; above 0. Default 1000. */
  readonly lateAfterMs?: number | undefined;
  /** How long the far end is asked for a session, and in the end for what it saw; above 0. Default 5000. */
  readonly answerTimeoutMs?: number | undefined;
}

/** The options with the defaults filled in. */
export interface ProbePlan {
  readonly protocol: ProbeProtocolName | "auto";
  readonly key: Uint8Array | undefined;
  readonly count: number;
  readonly intervalMs: number;
  readonly schedule: "fixed" | "poisson";
  readonly burstSize: number;
  readonly durationMs: number | undefined;
  readonly payloadBytes: number;
  readonly fill: PayloadFill;
  readonly hopLimit: number | undefined;
  readonly dscp: number | undefined;
  readonly dontFragment: boolean;
  readonly waitMs: number | undefined;
  readonly lateAfterMs: number;
  readonly answerTimeoutMs: number;
}

const DAY_MS = 86_400_000;
const SHORTEST_MS = 0.001;
const DEFAULT_COUNT = 300;

/** @throws UdpError `UDP_BAD_OPTION`, naming the option, what was expected and what came. */
export function probePlan(options: ProbePlanOptions): ProbePlan {
  const {
    protocol = "auto",
    count = options.durationMs === undefined ? DEFAULT_COUNT : MAX_SAMPLES,
    intervalMs = 10,
    schedule = "fixed",
    burstSize = 1,
    durationMs,
    key,
    payloadBytes = Math.max(64, minPayloadBytes(protocol, key)),
    fill = "zero",
    hopLimit,
    dscp,
    dontFragment = false,
    waitMs,
    lateAfterMs = 1000,
    answerTimeoutMs = 5000,
  } = options;
  const minBytes = minPayloadBytes(protocol, key);
  if (key !== undefined && protocol !== "stamp") {
    throw new UdpError(
      "UDP_BAD_OPTION",
      `key: expected none but with stamp; got one with ${protocol}`,
    );
  }
  if (options.count === undefined && durationMs !== undefined) {
    checkDuration("durationMs", { durationMs, intervalMs, burstSize });
  }
  if (fill instanceof Uint8Array) integerOption("fill bytes", fill.byteLength, 1, MAX_PROBE_BYTES);
  return {
    protocol: choiceOption("protocol", protocol, ["auto", "probe", "echo", "stamp"]),
    key: key && sharedKeyOption(key),
    count: integerOption("count", count, 1, MAX_SAMPLES),
    intervalMs: numberOption("intervalMs", intervalMs, 0.05, 3_600_000),
    schedule: choiceOption("schedule", schedule, ["fixed", "poisson"]),
    burstSize: integerOption("burstSize", burstSize, 1, 1000),
    durationMs: optional(durationMs, (value) =>
      numberOption("durationMs", value, SHORTEST_MS, Number.MAX_SAFE_INTEGER),
    ),
    payloadBytes: integerOption("payloadBytes", payloadBytes, minBytes, MAX_PROBE_BYTES),
    fill,
    hopLimit: optional(hopLimit, (value) => integerOption("hopLimit", value, 1, 255)),
    dscp: optional(dscp, (value) => integerOption("dscp", value, 0, 63)),
    dontFragment,
    waitMs: optional(waitMs, (value) => numberOption("waitMs", value, 0, DAY_MS)),
    lateAfterMs: numberOption("lateAfterMs", lateAfterMs, SHORTEST_MS, DAY_MS),
    answerTimeoutMs: numberOption("answerTimeoutMs", answerTimeoutMs, SHORTEST_MS, DAY_MS),
  };
}

/** When datagrams are due. */
interface Pace {
  readonly durationMs: number;
  readonly intervalMs: number;
  readonly burstSize: number;
}

/**
 * Every datagram of a measurement is kept until it is over.
 *
 * @throws UdpError `UDP_BAD_OPTION` where more are due in that time, naming the option that gave it.
 */
export function checkDuration(option: string, { durationMs, intervalMs, burstSize }: Pace): void {
  const count = (durationMs / intervalMs) * burstSize;
  if (count <= MAX_SAMPLES) return;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `${option}: expected at most ${MAX_SAMPLES} datagrams in it; got ${Math.round(count)}`,
  );
}

function minPayloadBytes(protocol: string, key: Uint8Array | undefined): number {
  if (protocol === "stamp") return stampBaseBytes(key);
  return protocol === "echo" ? MIN_ECHO_BYTES : MIN_PROBE_BYTES;
}

function optional(value: number | undefined, check: (value: number) => number): number | undefined {
  return value === undefined ? undefined : check(value);
}
