import { describe, expect, test } from "bun:test";
import type { Random } from "@udp/core";
import { msToNs, seededRandom } from "@udp/core";
import type { LinkCounters, LinkOptions } from "@udp/core/simulation";
import type { ProbeOptions } from "../src/probe/prober.ts";
import { probe } from "../src/probe/prober.ts";
import type { ProbeResult } from "../src/probe/result.ts";
import type { ProbeSession } from "../src/probe/session.ts";
import { serveEcho } from "../src/server.ts";
import type { SimulatedHosts } from "./simulated-hosts.ts";
import { createHosts, SERVER_ADDRESS } from "./simulated-hosts.ts";

const SERVER = { host: SERVER_ADDRESS, port: 7007 };

interface Impairment {
  readonly forward: LinkOptions;
  readonly backward: LinkOptions;
}

/** What a link did. */
type LinkDeeds = Pick<LinkCounters, "sent" | "lost" | "duplicated" | "reordered">;

interface Measured {
  readonly result: ProbeResult;
  /** What the links did to probes and their replies. */
  readonly forward: LinkDeeds;
  readonly backward: LinkDeeds;
}

const WAIT_MS = 1000;

/** Opens a session over good links, measures over bad ones, and closes it over good ones again. */
async function measure(
  hosts: SimulatedHosts,
  { forward, backward }: Impairment,
  options: ProbeOptions,
): Promise<Measured> {
  const { clock, network, client, server } = hosts;
  const { openSocket } = server;
  await using _ = await serveEcho({ ...SERVER, ...UNLIMITED, clock, openSocket });
  let session: ProbeSession | undefined;
  const measuring = probe({
    ...SERVER,
    ...options,
    waitMs: WAIT_MS,
    clock,
    openSocket: client.openSocket,
    random: seededRandom(1),
    onStarted: (started) => {
      session = started;
    },
  });
  await clock.runUntil(() => session?.run !== undefined);
  const ways = [
    [client, server, forward],
    [server, client, backward],
  ] as const;
  const before = ways.map(([from, to]) => network.counters(from, to));
  for (const [from, to, link] of ways) network.setLink(from, to, link);
  await clock.runUntil(() => session?.run?.samples.sentCount === options.count);
  await clock.advanceBy(msToNs(WAIT_MS - 1));
  const [forwardDeeds, backwardDeeds] = ways.map(([from, to], index) =>
    difference(network.counters(from, to), before[index]),
  );
  for (const [from, to] of ways) network.setLink(from, to, { delayMs: 5 });
  const result = await clock.run(measuring);
  if (forwardDeeds === undefined || backwardDeeds === undefined) throw new Error("two ways");
  return { result, forward: forwardDeeds, backward: backwardDeeds };
}

const UNLIMITED = { ratePerSource: "none", rateTotal: "none" } as const;

function difference(after: LinkCounters, before: LinkCounters | undefined): LinkDeeds {
  return {
    sent: after.sent - (before?.sent ?? 0),
    lost: after.lost - (before?.lost ?? 0),
    duplicated: after.duplicated - (before?.duplicated ?? 0),
    reordered: after.reordered - (before?.reordered ?? 0),
  };
}

/** Another mixture of loss, duplication, bursts, jitter and reordering for each seed. */
function mixture(random: Random): LinkOptions {
  return {
    delayMs: 20 * random(),
    lossRatio: random() < 0.2 ? 0 : 0.4 * random(),
    duplicateRatio: random() < 0.2 ? 0 : 0.4 * random(),
    reorderRatio: random() < 0.2 ? 0 : 0.4 * random(),
    burst:
      random() < 0.5 ? { enterRatio: 0, leaveRatio: 1 } : { enterRatio: 0.02, leaveRatio: 0.2 },
  };
}

describe("the account of each direction", () => {
  for (let seed = 1; seed <= 24; seed++) {
    test(`is that of the links, mixture ${seed}`, async () => {
      const random = seededRandom(seed);
      const impairment = { forward: mixture(random), backward: mixture(random) };
      const options = { count: 1000, intervalMs: 1 };
      const { result, forward, backward } = await measure(
        createHosts({ delayMs: 5 }, seed),
        impairment,
        options,
      );
      expect({ forward: result.forward, backward: result.backward }).toEqual({
        forward: { lostCount: forward.lost, duplicatedCount: forward.duplicated },
        backward: { lostCount: backward.lost, duplicatedCount: backward.duplicated },
      });
      expect(result.counts.sentCount).toBe(1000);
    });
  }
});
