import { expect, test } from "bun:test";
import { HELD_UP_NS, LATE_NS, ORIGIN_UNIX_NS, resultWith } from "../../test/measured-result.ts";
import type { ProbeDocument } from "./probe-document.ts";
import { reportOf } from "./report.ts";
import { ProbeSamples } from "./samples.ts";

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

/** When one datagram left and was answered, in nanoseconds after it was to leave. */
interface Passage {
  readonly intendedAtNs: number;
  readonly lateNs?: number;
  readonly rttNs: number;
  /** By the far end's clock. */
  readonly peerSentAtUnixNs?: bigint;
}

/** In the order of their replies. */
function reportOn(passages: readonly Passage[]): ProbeDocument {
  const samples = new ProbeSamples();
  const arriving = passages.map(({ intendedAtNs, lateNs = 0, rttNs, peerSentAtUnixNs }, number) => {
    const sentAtNs = intendedAtNs + lateNs;
    samples.noteSent({ intendedAtNs, sentAtNs, returnedAtNs: sentAtNs });
    const peer = peerSentAtUnixNs && {
      receivedAtUnixNs: peerSentAtUnixNs,
      sentAtUnixNs: peerSentAtUnixNs,
    };
    return { reply: { number, ...peer }, atNs: sentAtNs + rttNs };
  });
  for (const { reply, atNs } of arriving.toSorted((a, b) => a.atNs - b.atNs)) {
    samples.noteReply(reply, { atNs });
  }
  const clocks = { isOwnSynchronised: false, isPeerSynchronised: false, hasKernelStamps: false };
  return reportOf({ ...resultWith(clocks), samples: samples.arrays() });
}

test("jitter is in the order of the replies, IPDV in that of the datagrams and without its sign", () => {
  const { jitterNs, ipdv, reordering } = reportOn([
    { intendedAtNs: 0, rttNs: 2_500_000 },
    { intendedAtNs: 1_000_000, rttNs: 500_000 },
    { intendedAtNs: 2_000_000, rttNs: 2_000_000 },
  ]);
  expect({ jitterNs, ipdv: [ipdv.count, ipdv.minNs, ipdv.maxNs], reordering }).toEqual({
    // 2 ms and 0.5 ms apart: 2/16, and (0.5 - 2/16)/16 more.
    jitterNs: 148_438,
    ipdv: [2, 1_500_000, 2_000_000],
    reordering: { reorderedCount: 1, reorderedRatio: 1 / 3, maxExtent: 1 },
  });
});

test("what is more than 0.1 ms late is not in time", () => {
  const lateNs = [-7, 100_000, 100_001, 199_999];
  const { lateSendRatio } = reportOn(
    lateNs.map((late, number) => ({ intendedAtNs: number * 1e6, lateNs: late, rttNs: 1000 })),
  );
  expect(lateSendRatio).toBe(0.5);
});

test("queueing on the way back is in the order in which the far end sent", () => {
  const passages = Array.from({ length: 200 }, (_, number) => {
    const intendedAtNs = number * 1e8;
    // The first one waits on its way until all others are through.
    const thereNs = number === 0 ? 25e9 : 1e6;
    // The far end's clock is 50 ppm fast, 1 ms in all, and every way back takes as long.
    const peerNs = BigInt(Math.round((intendedAtNs + thereNs) * 1.000_05));
    return { intendedAtNs, rttNs: thereNs + 1e6, peerSentAtUnixNs: ORIGIN_UNIX_NS + peerNs };
  });
  const { queueing } = reportOn(passages);
  expect(queueing?.driftPpm).toBeCloseTo(50, 1);
  expect(queueing?.backward.maxNs).toBeLessThan(1000);
});
