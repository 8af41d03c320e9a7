import { expect, test } from "bun:test";
import { placeLosses } from "./loss-places.ts";
import { probePlan } from "./plan.ts";
import { reportOf } from "./report.ts";
import type { ProbeCounts, ProbeResult } from "./result.ts";
import { ProbeSamples } from "./samples.ts";

const ORIGIN_UNIX_NS = 1_800_000_000_000_000_000n;

const COUNTS: ProbeCounts = {
  sentCount: 3,
  replyCount: 2,
  distinctReplyCount: 2,
  answeredCount: 2,
  undecidedCount: 0,
  unsentCount: 0,
  lateCount: 0,
  wrongSourceCount: 0,
  malformedCount: 0,
  wrongHmacCount: 0,
  forgottenCount: 0,
  droppedCount: 0,
};

interface Clocks {
  readonly isOwnSynchronised: boolean;
  readonly isPeerSynchronised: boolean;
  readonly hasKernelStamps: boolean;
}

/** The program is held up so long before it sees the second reply. */
const HELD_UP_NS = 200_000;

/** So long after its time each datagram leaves. */
const LATE_NS = 30_000;

/** Three datagrams a millisecond apart, of which the last is lost; 40 µs there, 1 µs at the far end, 60 µs back. */
function resultWith(clocks: Clocks): ProbeResult {
  const unknown = { lostCount: undefined, duplicatedCount: undefined };
  return {
    target: { address: "192.0.2.1", port: 1060 },
    local: { address: "192.0.2.2", port: 40_000 },
    engine: "linux",
    isStopped: false,
    protocol: "probe",
    plan: probePlan({ count: 3 }),
    isClockSynchronised: clocks.isOwnSynchronised,
    counts: COUNTS,
    peer: undefined,
    noise: undefined,
    forward: unknown,
    backward: unknown,
    lossPlaces: placeLosses({
      counts: COUNTS,
      peer: undefined,
      forward: unknown,
      backward: unknown,
    }),
    samples: samplesWith(clocks).arrays(),
  };
}

function samplesWith({ isPeerSynchronised, hasKernelStamps }: Clocks): ProbeSamples {
  const samples = new ProbeSamples();
  for (let number = 0; number < 3; number++) {
    const atNs = number * 1_000_000;
    const intendedAtNs = atNs - LATE_NS;
    samples.noteSent({ intendedAtNs, sentAtNs: atNs, returnedAtNs: atNs + 2000 });
    const sentAtUnixNs = ORIGIN_UNIX_NS + BigInt(atNs);
    if (hasKernelStamps) samples.noteKernelSend(number, sentAtUnixNs);
    if (number === 2) break;
    samples.noteReply(
      {
        number,
        receivedAtUnixNs: sentAtUnixNs + 40_000n,
        sentAtUnixNs: sentAtUnixNs + 41_000n,
        isClockSynchronised: isPeerSynchronised || number === 0,
        hopLimit: 61 - number,
      },
      {
        atNs: atNs + 101_000 + number * HELD_UP_NS,
        arrivedAtUnixNs: hasKernelStamps ? sentAtUnixNs + 101_000n : undefined,
      },
    );
  }
  return samples;
}

test("delays of one way are told where both clocks are said to be synchronised", () => {
  const { oneWay, clocks } = reportOf(
    resultWith({ isOwnSynchronised: true, isPeerSynchronised: true, hasKernelStamps: true }),
  );
  expect(clocks).toEqual({ isOwnSynchronised: true, isPeerSynchronised: true });
  expect(oneWay).toMatchObject({
    forward: { count: 2, minNs: 40_000, maxNs: 40_000 },
    backward: { count: 2, minNs: 60_000, maxNs: 60_000 },
  });
});

test.each([
  ["this host's clock", { isOwnSynchronised: false }],
  ["the far end's clock, once", { isPeerSynchronised: false }],
  ["the kernel", { hasKernelStamps: false }],
])("without %s they are not", (_, doubt) => {
  const sure = { isOwnSynchronised: true, isPeerSynchronised: true, hasKernelStamps: true };
  const report = reportOf(resultWith({ ...sure, ...doubt }));
  expect([report.oneWay, report.rtt.count, report.queueing?.forward.count]).toEqual([null, 2, 2]);
});

test("what held the program up is in no time where the kernel stamps", () => {
  const clocks = { isOwnSynchronised: false, isPeerSynchronised: false };
  const figures = [true, false].map((hasKernelStamps) => {
    const { stamps, rtt, queueing } = reportOf(resultWith({ ...clocks, hasKernelStamps }));
    return [stamps, rtt.maxNs, queueing?.backward.maxNs];
  });
  expect(figures).toEqual([
    ["kernel", 101_000, 0],
    ["program", 301_000, HELD_UP_NS],
  ]);
});

test("what was intended is told by the program's clock, whoever stamps: with what held it up in it", () => {
  const clocks = { isOwnSynchronised: false, isPeerSynchronised: false };
  for (const hasKernelStamps of [true, false]) {
    const { timerError, rttFromIntended } = reportOf(resultWith({ ...clocks, hasKernelStamps }));
    expect([timerError.minNs, rttFromIntended.minNs, rttFromIntended.maxNs]).toEqual([
      LATE_NS,
      LATE_NS + 101_000,
      LATE_NS + 101_000 + HELD_UP_NS,
    ]);
  }
});

test("a clock that was set spoils neither the queueing nor, unnoticed, the delays of one way", () => {
  const clocks = { isOwnSynchronised: true, isPeerSynchronised: true, hasKernelStamps: true };
  const result = resultWith(clocks);
  const { kernelSentAtNs, kernelReceivedAtNs } = result.samples;
  const setFrom1 = (times: Float64Array): Float64Array =>
    times.map((ns, number) => (number < 1 ? ns : ns - 3600e9));
  const { stamps, rtt, queueing, oneWay } = reportOf({
    ...result,
    samples: {
      ...result.samples,
      kernelSentAtNs: setFrom1(kernelSentAtNs),
      kernelReceivedAtNs: setFrom1(kernelReceivedAtNs),
    },
  });
  expect([stamps, rtt.maxNs, queueing?.forward.maxNs, queueing?.backward.maxNs, oneWay]).toEqual([
    "kernel",
    101_000,
    0,
    HELD_UP_NS,
    null,
  ]);
});

test("what was left of the TTL is told with its range", () => {
  const clocks = { isOwnSynchronised: true, isPeerSynchronised: true, hasKernelStamps: true };
  expect(reportOf(resultWith(clocks)).peerHopLimit).toEqual({ min: 60, max: 61 });
});

test("who was not heard has no synchronised clock", () => {
  expect(new ProbeSamples().arrays().isPeerSynchronised).toBe(false);
});
