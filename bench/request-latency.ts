/** How soon requests are answered over a bad link, in the scenario of KCP's own test program. */
import type { PresetName } from "@udp/reliable";
import { PRESETS, simulateRequests } from "@udp/reliable";

const SEEDS = 100;
const REQUESTS = 1000;
const INTERVAL_MS = 20;
/** A round trip is lost with 10 % and takes 60 to 125 ms. */
const LINK = { delayMs: 46.25, jitterMs: 16.25, lossRatio: 1 - Math.sqrt(0.9) };
const MEASURED: readonly PresetName[] = ["low-latency", "rfc6298"];

console.log(
  `\n${REQUESTS} requests of 8 bytes, one every ${INTERVAL_MS} ms, over a link with round trips of 60 to 125 ms of which 10 % are lost; over ${SEEDS} seeds the least, the median, the 90th percentile and the most:\n`,
);
console.log("| | average | maximum | datagrams sent |\n| --- | ---: | ---: | ---: |");
console.log("| KCP, fast mode (as published) | 138 ms | 392 ms | |");
console.log("| KCP, fast mode (run again, once) | 135 ms | 341 ms | 1323 |");
for (const preset of MEASURED) {
  const runs = Array.from({ length: SEEDS }, (_, index) => run(preset, index + 1));
  const means = runs.map(({ meanMs }) => meanMs);
  const maxima = runs.map(({ maxMs }) => maxMs);
  const counts = runs.map(({ sentCount }) => sentCount);
  console.log(
    `| ${preset} | ${spread(means, " ms")} | ${spread(maxima, " ms")} | ${spread(counts)} |`,
  );
}
console.log("\nTarget of low-latency: 135 ms on average with fewer than 1323 datagrams.\n");

interface Run {
  readonly meanMs: number;
  readonly maxMs: number;
  readonly sentCount: number;
}

function run(preset: PresetName, seed: number): Run {
  const { latenciesMs, sentCount } = simulateRequests({
    retransmission: PRESETS[preset],
    link: LINK,
    requestCount: REQUESTS,
    intervalMs: INTERVAL_MS,
    seed,
  });
  const meanMs = latenciesMs.reduce((sum, latencyMs) => sum + latencyMs, 0) / latenciesMs.length;
  return { meanMs, maxMs: latenciesMs.at(-1) ?? Number.NaN, sentCount };
}

function spread(values: readonly number[], unit = ""): string {
  const ascending = values.toSorted((one, other) => one - other);
  const chosen = [0, SEEDS / 2, 0.9 * SEEDS, SEEDS - 1].map((index) => ascending[index] ?? 0);
  return `${chosen.map((value) => value.toFixed(0)).join(" / ")}${unit}`;
}
