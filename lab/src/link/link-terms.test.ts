import { expect, test } from "bun:test";
import type { LinkOptions } from "@udp/core/simulation";
import { linkTerms } from "./link-terms.ts";

test.each<[LinkOptions, string]>([
  [{}, "no impairment"],
  [{ delayMs: 0, lossRatio: 0 }, "no impairment"],
  [{ delayMs: 0.25 }, "delay 0.25 ms"],
  [{ delayMs: 20, jitterMs: 5 }, "delay 20 ms ± 5 ms"],
  [{ lossRatio: 0.07 }, "loss 7 %"],
  [{ burst: { enterRatio: 0.001, leaveRatio: 0.25 } }, "loss bursts enter 0.1 % leave 25 %"],
  [{ duplicateRatio: 1, reorderRatio: 0.5 }, "duplication 100 %, reordering 50 %"],
  [
    { rateBitsPerSecond: 1_000_000, queuePackets: 1000 },
    "rate 1,000,000 bit/s, queue 1,000 packets",
  ],
])("%j", (options, terms) => {
  expect(linkTerms(options)).toBe(terms);
});
