import { describe, expect, test } from "bun:test";
import type { Clock } from "@udp/core";
import { msToNs, nsToMs } from "@udp/core";
import { VirtualClock } from "@udp/core/simulation";
import fc from "fast-check";
import { BadLink } from "../link/bad-link.ts";
import { TimedLink } from "./timed-link.ts";

const PACKET_BYTES = 128;

/** Timers come so many milliseconds late, in turn; counts those that are armed. */
class LateClock implements Clock {
  readonly virtual = new VirtualClock();
  readonly armedCounts: number[] = [];
  readonly #latenessesMs: readonly number[];
  readonly #armed = new Set<object>();
  #timerCount = 0;

  constructor(latenessesMs: readonly number[] = [0]) {
    this.#latenessesMs = latenessesMs;
  }

  nowNs(): number {
    return this.virtual.nowNs();
  }

  at(deadlineNs: number, callback: () => void): () => void {
    const timer = {};
    const latenessMs = this.#latenessesMs[this.#timerCount++ % this.#latenessesMs.length] ?? 0;
    const cancel = this.virtual.at(deadlineNs + msToNs(latenessMs), () => {
      this.#armed.delete(timer);
      callback();
    });
    this.#armed.add(timer);
    this.armedCounts.push(this.#armed.size);
    return () => {
      this.#armed.delete(timer);
      cancel();
    };
  }

  get armedCount(): number {
    return this.#armed.size;
  }
}

const milliseconds = (max: number) => fc.integer({ min: 0, max });
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const badLinks = fc
  .record({
    delayMs: milliseconds(20),
    jitter: ratio,
    duplicateRatio: ratio,
    reorderRatio: ratio,
    seed: fc.integer(),
  })
  .map(({ jitter, ...link }) => ({ ...link, jitterMs: jitter * link.delayMs }));
const gapsMs = fc.array(milliseconds(10), { maxLength: 30 });

/** Sends packets with these gaps between them, and returns their numbers as they arrive. */
async function arrivalsOf(
  link: BadLink,
  clock: LateClock,
  gaps: readonly number[],
): Promise<number[]> {
  const timed = new TimedLink(link, clock);
  const arrivals: number[] = [];
  for (const [number, gapMs] of gaps.entries()) {
    await clock.virtual.advanceBy(msToNs(gapMs));
    timed.send("forward", PACKET_BYTES, () => arrivals.push(number));
  }
  await clock.virtual.advanceBy(msToNs(10_000));
  return arrivals;
}

describe("a timed link", () => {
  test("property: late timers change no order and lose nothing", async () => {
    const latenessesMs = fc.array(milliseconds(50), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(badLinks, gapsMs, latenessesMs, async (options, gaps, latenesses) => {
        const late = await arrivalsOf(new BadLink(options), new LateClock(latenesses), gaps);
        expect(late).toEqual(await arrivalsOf(new BadLink(options), new LateClock(), gaps));
      }),
    );
  });

  test("property: one timer at most, and none once everything has arrived", async () => {
    await fc.assert(
      fc.asyncProperty(badLinks, gapsMs, async (options, gaps) => {
        const clock = new LateClock();
        const link = new BadLink(options);
        const arrivals = await arrivalsOf(link, clock, gaps);
        expect({
          arrived: arrivals.length,
          mostTimers: Math.max(0, ...clock.armedCounts) <= 1,
          timersLeft: clock.armedCount,
        }).toEqual({
          arrived: link.counters("forward").delivered,
          mostTimers: true,
          timersLeft: 0,
        });
      }),
    );
  });

  test("each packet arrives when it is due, whichever was sent first", async () => {
    const clock = new LateClock();
    const timed = new TimedLink(new BadLink({ delayMs: 20, backward: { delayMs: 5 } }), clock);
    const arrivals: string[] = [];
    for (const way of ["forward", "backward"] as const) {
      timed.send(way, PACKET_BYTES, () => arrivals.push(`${way}: ${nsToMs(clock.nowNs())} ms`));
    }
    await clock.virtual.advanceBy(msToNs(20));
    expect({ arrivals, armedCounts: clock.armedCounts }).toEqual({
      arrivals: ["backward: 5 ms", "forward: 20 ms"],
      armedCounts: [1, 1, 1],
    });
  });

  test("without delay a packet arrives during the call, and no timer is armed", () => {
    const clock = new LateClock();
    const arrivals: string[] = [];
    new TimedLink(new BadLink({}), clock).send("backward", PACKET_BYTES, () => arrivals.push("p"));
    expect([arrivals, clock.armedCounts]).toEqual([["p"], []]);
  });

  test("once it is stopped nothing arrives", async () => {
    const clock = new LateClock();
    const timed = new TimedLink(new BadLink({ delayMs: 5 }), clock);
    timed.send("forward", PACKET_BYTES, () => expect.unreachable("it was stopped"));
    timed.stop();
    await clock.virtual.advanceBy(msToNs(10));
    expect(clock.armedCount).toBe(0);
  });
});
