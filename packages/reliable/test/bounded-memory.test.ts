import { expect } from "bun:test";
import { testWhere } from "@udp/lab/testing";
import { Flood } from "./memory/flood.ts";
import type { ServerProcess } from "./udp-reliable.ts";
import { documents, startServer } from "./udp-reliable.ts";

/** Each with an identifier of its own; the long verification asks for ten million. */
const REQUESTS = Number(Bun.env.FLOOD_REQUESTS ?? 260_000);
/** One source gets a quarter of the memory, so that five fill it. */
const SOURCES = 5;
/** Of each source: more than its quarter holds. */
const FILLING = 32_000;
const WARM_UP = 1000;

const MAX_BYTES = 64 * 1024 * 1024;
/** What a collector keeps beside what is in use. */
const SLACK = 3;
const MAX_GROWTH_BYTES = 40_000_000;
const TIMEOUT_MS = 60_000 + REQUESTS / 10;

const obstacle = process.platform === "linux" ? undefined : "memory is read from /proc";

testWhere(
  obstacle,
  "a full server says that it is busy, and takes no more memory, whatever comes",
  async () => {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await startServer(["--quiet", "--json"]));
    const floods: Flood[] = [];
    for (let number = 1; number <= SOURCES; number++)
      floods.push(stack.use(await Flood.open(server.local, number)));

    await sendEach(floods, WARM_UP);
    const emptyBytes = await residentBytes(server);
    await sendEach(floods, FILLING);
    const fullBytes = await residentBytes(server);
    const carriedOutCount = total(floods, "answer");
    await sendEach(floods, REQUESTS / SOURCES - WARM_UP - FILLING);
    const grownBytes = (await residentBytes(server)) - fullBytes;

    const { stdout } = await server.program.end("SIGINT");
    const cookie = total(floods, "cookie");
    const busy = REQUESTS - carriedOutCount - cookie;
    expect(total(floods, "busy")).toBe(busy);
    expect(busy).toBeGreaterThan(REQUESTS / 2);
    expect(documents(stdout).at(-1)).toMatchObject({
      receivedCount: REQUESTS,
      executedCount: carriedOutCount,
      sent: { answer: carriedOutCount, busy, cookie },
    });
    expect(fullBytes - emptyBytes).toBeLessThan(SLACK * MAX_BYTES);
    expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
    console.log(
      `${REQUESTS} requests: ${carriedOutCount} carried out, ${busy} refused, ${cookie} asked for a cookie; resident ${[emptyBytes, fullBytes, fullBytes + grownBytes].map(mebibytes).join(", ")} MiB empty, full, at last`,
    );
  },
  TIMEOUT_MS,
);

async function sendEach(floods: readonly Flood[], count: number): Promise<void> {
  for (const flood of floods) await flood.send(count);
}

function total(floods: readonly Flood[], type: keyof Flood["answerCounts"]): number {
  return floods.reduce((sum, { answerCounts }) => sum + answerCounts[type], 0);
}

async function residentBytes({ program }: ServerProcess): Promise<number> {
  const status = await Bun.file(`/proc/${program.pid}/status`).text();
  const [, kibibytes] = /^VmRSS:\s*(\d+) kB$/m.exec(status) ?? [];
  return Number(kibibytes) * 1024;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
