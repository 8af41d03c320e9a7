import { Correspondent } from "./correspondent.ts";
import { residentBytes } from "./resident-bytes.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { survival } from "./survival.ts";

const SOURCES = 20_000;

/** Datagrams that are sent before the server is given the time to answer them. */
const BURST = 50;

/** A server that is slower than this allows is sent less. */
const LIMIT_NS = 10_000_000_000;

/** A server that leaves so many bursts unanswered is not waited for. */
const MAX_SILENT_BURSTS = 3;

/** What a server keeps for somebody it will never hear of again. */
const MAX_BYTES_PER_SOURCE = 1024;

export const MEMORY: ServerScenario = {
  name: "memory",
  title: "memory that grows with every source",
  story:
    "Somebody sends datagrams from ever new sources, as many as there are addresses and ports. A server that keeps something for each of them grows until it is killed.",
  remedy:
    "Tables of fixed size, whose entries make room for others. Keep nothing for a client that has not shown, by a cookie, that it receives where it says.",
  reference: "RFC 4987 (the same for TCP); RFC 6347 section 4.2.1.",
  figure: "bytes of resident memory for each new source; up to 1,024 it may be the runtime's",
  naive: "session-server",
  examine,
};

async function examine(subject: Subject): Promise<Finding> {
  const { pid } = subject;
  if (pid === undefined || (await residentBytes(pid)) === undefined) return HIDDEN;
  let growth: Growth | undefined;
  const finding = await survival(subject, async () => {
    // As many others first: what is filled once, and what a server needs to be busy, is not growth.
    const sourceCount = await flood(subject, 0);
    growth = await growthDuring(pid, () => flood(subject, sourceCount));
  });
  if (finding.verdict !== "safe") return finding;
  if (growth === undefined) return HIDDEN;
  const bytesPerSource = Math.round(growth.bytes / growth.sourceCount);
  return {
    verdict: bytesPerSource > MAX_BYTES_PER_SOURCE ? "dangerous" : "safe",
    seen: `keeps ${bytesPerSource.toLocaleString("en-US")} bytes for each new source`,
    figure: bytesPerSource,
  };
}

const HIDDEN: Finding = { verdict: "unknown", seen: "its process cannot be looked into" };

interface Growth {
  readonly bytes: number;
  readonly sourceCount: number;
}

/** What the process has more after new sources came; `undefined` where it has ended. */
async function growthDuring(
  pid: number,
  comeNew: () => Promise<number>,
): Promise<Growth | undefined> {
  const beforeBytes = await residentBytes(pid);
  const sourceCount = await comeNew();
  const afterBytes = await residentBytes(pid);
  if (beforeBytes === undefined || afterBytes === undefined) return undefined;
  return { bytes: Math.max(0, afterBytes - beforeBytes), sourceCount };
}

/**
 * Datagrams from new sources, burst after burst, while they are answered and there is time.
 *
 * @param first the number of the first source.
 * @returns how many sources there were.
 */
async function flood(subject: Subject, first: number): Promise<number> {
  const endNs = Bun.nanoseconds() + LIMIT_NS;
  let count = 0;
  let silentCount = 0;
  while (count < SOURCES && silentCount < MAX_SILENT_BURSTS && Bun.nanoseconds() < endNs) {
    silentCount = (await burst(subject, first + count)) ? 0 : silentCount + 1;
    count += BURST;
  }
  return count;
}

/**
 * One datagram of each new source; whether the last of them was answered. They stay until then: a
 * client that has gone is another scenario.
 */
async function burst({ endpoint, question }: Subject, first: number): Promise<boolean> {
  await using sources = new AsyncDisposableStack();
  let last: Correspondent | undefined;
  for (let source = first; source < first + BURST; source++) {
    last = sources.use(await Correspondent.open({ address: addressOf(source), port: 0 }));
    last.send(question, endpoint);
  }
  await last?.quiet(1);
  return last !== undefined && last.received.length > 0;
}

/** One of the addresses of 127.16.0.0/12. */
function addressOf(source: number): string {
  return `127.16.${source >> 8}.${source & 0xff}`;
}
