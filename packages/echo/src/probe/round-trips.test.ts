import { describe, expect, test } from "bun:test";
import { datagramRows } from "./datagram-rows.ts";
import { isClockSet, kernelRoundTrips, roundTrips } from "./round-trips.ts";
import type { SampleArrays } from "./samples.ts";
import { ProbeSamples } from "./samples.ts";

const ORIGIN_UNIX_NS = 1_800_000_000_000_000_000n;

const HOUR_NS = 3_600_000_000_000n;

/** How one datagram was stamped; by default 10 µs behind the program, and 5 µs before it on the way back. */
interface Stamps {
  /** How far the clock was set until it left, and until its reply came. */
  readonly setAtSendNs?: bigint;
  readonly setAtReceiptNs?: bigint;
  readonly kernelRttNs?: bigint;
  readonly isStamped?: boolean;
}

/** A datagram every millisecond, 100 µs there and back by the program's clock. */
function samplesOf(...datagrams: readonly Stamps[]): SampleArrays {
  const samples = new ProbeSamples();
  for (const [number, stamps] of datagrams.entries()) {
    const { setAtSendNs = 0n, setAtReceiptNs = setAtSendNs, kernelRttNs = 85_000n } = stamps;
    const sentAtNs = number * 1_000_000;
    samples.noteSent({ intendedAtNs: sentAtNs, sentAtNs, returnedAtNs: sentAtNs });
    const leftAtUnixNs = ORIGIN_UNIX_NS + BigInt(sentAtNs) + 10_000n;
    const isStamped = stamps.isStamped ?? true;
    if (isStamped) samples.noteKernelSend(number, leftAtUnixNs + setAtSendNs);
    const arrivedAtUnixNs = isStamped ? leftAtUnixNs + kernelRttNs + setAtReceiptNs : undefined;
    samples.noteReply({ number }, { atNs: sentAtNs + 100_000, arrivedAtUnixNs });
  }
  return samples.arrays();
}

describe("round trips by the kernel's stamps", () => {
  test.each([
    ["an hour back", -HOUR_NS],
    ["an hour ahead", HOUR_NS],
  ])("are not known where the clock was set %s meanwhile", (_title, setNs) => {
    const samples = samplesOf({}, { setAtReceiptNs: setNs }, { setAtSendNs: setNs });
    expect([...kernelRoundTrips(samples)]).toEqual([85_000, Number.NaN, 85_000]);
    expect([...datagramRows(samples)].map(({ kernelRttNs }) => kernelRttNs)).toEqual([
      85_000,
      null,
      85_000,
    ]);
  });

  test("are from 0 to what the program saw, as exactly as clocks are read", () => {
    const rttsNs = [-1n, 0n, 101_000n, 101_001n];
    const samples = samplesOf(...rttsNs.map((kernelRttNs) => ({ kernelRttNs })));
    expect([...kernelRoundTrips(samples)]).toEqual([Number.NaN, 0, 101_000, Number.NaN]);
  });

  test("are all that counts where there are nine in ten, and nothing where there are fewer", () => {
    const stamped = (count: number) =>
      samplesOf(...Array.from({ length: 10 }, (_, number) => ({ isStamped: number < count })));
    const told = [9, 8, 0].map((count) => {
      const { stamps, rttsNs } = roundTrips(stamped(count));
      return [stamps, rttsNs[0], rttsNs[9]];
    });
    expect(told).toEqual([
      ["kernel", 85_000, Number.NaN],
      ["program", 100_000, 100_000],
      ["program", 100_000, 100_000],
    ]);
  });
});

describe("a clock that was set", () => {
  test.each([-HOUR_NS, HOUR_NS, -17_000n, 17_000n])("by %s ns is noticed in the end", (setNs) => {
    const samples = samplesOf({}, {}, { setAtSendNs: setNs });
    expect(isClockSet(samples)).toBe(true);
    const { stamps, sentAtNs, rttsNs } = roundTrips(samples);
    expect([stamps, [...sentAtNs], [...rttsNs]]).toEqual([
      "kernel",
      [0, 1_000_000, 2_000_000],
      [85_000, 85_000, 85_000],
    ]);
  });

  test("is none where stamps lie between the program's, or are not there", () => {
    expect([
      isClockSet(samplesOf({}, { kernelRttNs: 20_000n }, {})),
      isClockSet(samplesOf({ isStamped: false }, {})),
      isClockSet(samplesOf()),
    ]).toEqual([false, false, false]);
  });
});
