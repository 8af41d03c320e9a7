import { describe, expect, test } from "bun:test";
import { backoffDelaysMs, seededRandom } from "@udp/core";
import { PRESET_NAMES, PRESETS } from "../retransmission.ts";
import type { ScheduleFlags } from "./schedule-flags.ts";
import { chosenBackoff } from "./schedule-flags.ts";

function waitsMs(flags: Partial<ScheduleFlags>): number[] {
  const backoff = chosenBackoff({ preset: "original", ...flags });
  return [...backoffDelaysMs(backoff, seededRandom(1))];
}

describe("the waits of a command line", () => {
  test.each(PRESET_NAMES)("are the preset's where nothing else is said: %s", (preset) => {
    expect(chosenBackoff({ preset })).toEqual(PRESETS[preset].backoff);
  });

  test.each<[Partial<ScheduleFlags>, readonly number[]]>([
    [{}, [100, 200, 400, 800, 1600]],
    [{ initial: 50 }, [50, 100, 200, 400, 800, 1600]],
    [{ max: 500 }, [100, 200, 400]],
    [{ factor: 3 }, [100, 300, 900]],
    [{ attempts: 2 }, [100, 200]],
    [{ attempts: 7 }, [100, 200, 400, 800, 1600, 2000, 2000]],
    [{ factor: 1, attempts: 3 }, [100, 100, 100]],
    [{ preset: "low-latency", initial: 10, factor: 2, max: 40, attempts: 4 }, [10, 20, 40, 40]],
    [{ preset: "coap", backoffJitter: "none" }, [2000, 4000, 8000, 16_000, 32_000]],
  ])("%j", (flags, expected) => {
    expect(waitsMs(flags)).toEqual([...expected]);
  });

  test.each([
    ["upward", 100, 150],
    ["equal", 50, 100],
  ] as const)("are spread as asked: %s", (backoffJitter, lowMs, highMs) => {
    const [firstMs = 0] = waitsMs({ backoffJitter });
    expect(firstMs).toBeWithin(lowMs, highMs);
    expect(firstMs).not.toBe(lowMs);
  });

  test.each<[Partial<ScheduleFlags>, string]>([
    [{ initial: 3000 }, "max: the first wait, 3 s, is longer than the longest of original, 2 s"],
    [{ factor: 1 }, "factor: 1 never ends; give --attempts too"],
  ])("are refused: %j", (flags, message) => {
    expect(() => waitsMs(flags)).toThrow(message);
  });
});
