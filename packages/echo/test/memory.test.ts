import { expect } from "bun:test";
import { nextTurn, seededRandom } from "@udp/core";
import { testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { FullLoad } from "./full-load.ts";
import { residentBytes } from "./resident-bytes.ts";
import { startServer } from "./udp-echo.ts";

/** The soak asks for ten minutes. */
const LOAD_SECONDS = Number(Bun.env.LOAD_SECONDS ?? 0);
const DATAGRAMS = 20_000;

/** What compilers and buffers may take once the first tenth is over. */
const MAX_GROWTH_BYTES = 20_000_000;

const obstacle = process.platform === "linux" ? undefined : "memory is read from /proc";

testWhere(
  obstacle,
  "under full load from peers that come and go, the engine linux does not grow",
  async () => {
    const argv = ["--json", "--quiet", "--engine", "linux", "--rate-per-source", "1000000"];
    await using server = await startServer(argv);
    using load = new FullLoad(server.local, seededRandom(8));
    const samples = await samplesUnderLoad(load, server.program.pid);
    const { stdout } = await server.program.end("SIGINT");
    const summary = parse(
      documentSchemas.summary,
      JSON.parse(stdout.trimEnd().split("\n")[1] ?? ""),
    );
    const growthBytes = Math.max(...samples.slice(10)) - Math.max(...samples.slice(0, 10));
    if (LOAD_SECONDS > 0) report(load, summary.repliedCount, samples);
    expect(summary.repliedCount).toBeGreaterThan(load.sentCount / 100);
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
  },
  60_000 + 2000 * LOAD_SECONDS,
);

/** Resident memory after each hundredth of the load. */
async function samplesUnderLoad(load: FullLoad, pid: number): Promise<number[]> {
  const startedAtNs = Bun.nanoseconds();
  const samples: number[] = [];
  const progress = (): number =>
    LOAD_SECONDS > 0
      ? (Bun.nanoseconds() - startedAtNs) / 1e9 / LOAD_SECONDS
      : load.sentCount / DATAGRAMS;
  while (samples.length < 100) {
    load.send();
    await nextTurn();
    if (progress() * 100 > samples.length + 1) samples.push(await residentBytes(pid));
  }
  return samples;
}

function report(load: FullLoad, repliedCount: number, samples: readonly number[]): void {
  const megabytes = (bytes = Number.NaN): string => (bytes / 1e6).toFixed(1);
  const tenths = samples.filter((_, index) => index % 10 === 9).map(megabytes);
  console.log(
    `${load.sentCount} datagrams of ${load.peerCount} peers in ${LOAD_SECONDS} s, ${repliedCount} answered; MB in RAM after each tenth: ${tenths.join(", ")}`,
  );
}
