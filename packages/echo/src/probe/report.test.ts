import { expect, test } from "bun:test";
import { HELD_UP_NS, LATE_NS, resultWith } from "../../test/measured-result.ts";
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
