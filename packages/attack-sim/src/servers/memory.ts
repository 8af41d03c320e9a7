import { Correspondent } from "./correspondent.ts";
import { residentBytes } from "./resident-bytes.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { survival } from "./survival.ts";

const SOURCES = 10_000;

/** Datagrams that are sent before the server is given the time to answer them. */
const BURST = 50;

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
  figure: "bytes of resident memory for each new source",
  naive: "session-server",
  examine,
};

async function examine(subject: Subject): Promise<Finding> {
  const { pid } = subject;
  if (pid === undefined || (await residentBytes(pid)) === undefined) return HIDDEN;
  let growth: number | undefined;
  const finding = await survival(subject, async () => {
    // The same traffic from few sources first: what a server needs to be busy is not growth.
    await flood(subject, () => 1);
    growth = await growthDuring(pid, () => flood(subject, (index) => index));
  });
  if (growth === undefined || finding.verdict !== "safe") return finding;
  const bytesPerSource = Math.round(growth / SOURCES);
  return {
    verdict: bytesPerSource > MAX_BYTES_PER_SOURCE ? "dangerous" : "safe",
    seen: `keeps ${bytesPerSource.toLocaleString("en-US")} bytes for each source`,
    figure: bytesPerSource,
  };
}

const HIDDEN: Finding = { verdict: "unknown", seen: "its process cannot be looked into" };

/** How many bytes the process has more afterwards; `undefined` where it has ended. */
async function growthDuring(pid: number, work: () => Promise<void>): Promise<number | undefined> {
  const beforeBytes = await residentBytes(pid);
  await work();
  const afterBytes = await residentBytes(pid);
  if (beforeBytes === undefined || afterBytes === undefined) return undefined;
  return Math.max(0, afterBytes - beforeBytes);
}

/** @param source which of the sources each datagram comes from. */
async function flood(subject: Subject, source: (index: number) => number): Promise<void> {
  for (let first = 0; first < SOURCES; first += BURST) {
    const indexes = Array.from({ length: BURST }, (_, offset) => first + offset);
    await burst(subject, indexes.map(source));
  }
}

/** One datagram of each source. They stay until the last is answered: a client that has gone is another scenario. */
async function burst({ endpoint, question }: Subject, sources: readonly number[]): Promise<void> {
  await using strangers = new AsyncDisposableStack();
  let last: Correspondent | undefined;
  for (const source of sources) {
    last = strangers.use(await Correspondent.open({ address: addressOf(source), port: 0 }));
    last.send(question, endpoint);
  }
  await last?.quiet(1);
}

/** One of the addresses of 127.16.0.0/12. */
function addressOf(source: number): string {
  return `127.16.${source >> 8}.${source & 0xff}`;
}
