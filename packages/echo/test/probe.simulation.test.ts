import { describe, expect, test } from "bun:test";
import type { Clock } from "@udp/core";
import { msToNs, nsToMs, seededRandom } from "@udp/core";
import type { LinkCounters, LinkOptions } from "@udp/core/simulation";
import type { ProbePlanOptions } from "../src/probe/plan.ts";
import { probePlan } from "../src/probe/plan.ts";
import { createProbeSession } from "../src/probe/planned-session.ts";
import { runPortably } from "../src/probe/portable-engine.ts";
import type { ProbeOptions } from "../src/probe/prober.ts";
import { probe } from "../src/probe/prober.ts";
import { reportOf } from "../src/probe/report.ts";
import type { ProbeResult } from "../src/probe/result.ts";
import { resultOf } from "../src/probe/result.ts";
import { serveEcho } from "../src/server.ts";
import { simulatedWallClock } from "../src/wall-clock.ts";
import { randomMixture } from "./mixture.ts";
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
  options: ProbePlanOptions,
): Promise<Measured> {
  const { clock, network, client, server } = hosts;
  const { openSocket } = server;
  await using _ = await serveEcho({ ...SERVER, ...UNLIMITED, clock, openSocket });
  const target = { address: SERVER_ADDRESS, port: SERVER.port };
  const plan = probePlan({ ...options, waitMs: WAIT_MS });
  const session = createProbeSession(target, plan, {
    wallClock: simulatedWallClock(clock),
    random: seededRandom(1),
  });
  const measuring = runPortably(session, { target, clock, openSocket: client.openSocket });
  await clock.runUntil(() => session.run !== undefined);
  const ways = [
    [client, server, forward],
    [server, client, backward],
  ] as const;
  const before = ways.map(([from, to]) => network.counters(from, to));
  for (const [from, to, link] of ways) network.setLink(from, to, link);
  await clock.runUntil(() => session.sentCount === options.count);
  await clock.advanceBy(msToNs(WAIT_MS - 1));
  const [forwardDeeds, backwardDeeds] = ways.map(([from, to], index) =>
    difference(network.counters(from, to), before[index]),
  );
  for (const [from, to] of ways) network.setLink(from, to, { delayMs: 5 });
  const place = await clock.run(measuring);
  const result = resultOf(session, {
    ...place,
    plan,
    startedAt: new Date(0),
    isClockSynchronised: false,
  });
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

/** `bun run soak` asks for a million, in fewer mixtures. */
const COUNT = Number(Bun.env.PROBE_DATAGRAMS ?? 1000);
const MIXTURES = COUNT > 1000 ? 2 : 24;

describe("the account of each direction", () => {
  for (let seed = 1; seed <= MIXTURES; seed++) {
    test(`is that of the links, mixture ${seed}`, async () => {
      const random = seededRandom(seed);
      const impairment = { forward: randomMixture(random), backward: randomMixture(random) };
      const options = { count: COUNT, intervalMs: 1 };
      const { result, forward, backward } = await measure(
        createHosts({ delayMs: 5 }, seed),
        impairment,
        options,
      );
      expect({ forward: result.forward, backward: result.backward }).toEqual({
        forward: { lostCount: forward.lost, duplicatedCount: forward.duplicated },
        backward: { lostCount: backward.lost, duplicatedCount: backward.duplicated },
      });
      expect(result.counts.sentCount).toBe(COUNT);
    });
  }
});

describe("probe", () => {
  test("measures, also where opening and closing are lost and doubled too", async () => {
    const bad = { delayMs: 5, lossRatio: 0.3, duplicateRatio: 0.3, reorderRatio: 0.3 };
    for (const seed of [1, 2, 3, 4, 5]) {
      const { clock, client, server } = createHosts(bad, seed);
      await using _ = await serveEcho({
        ...SERVER,
        ...UNLIMITED,
        clock,
        openSocket: server.openSocket,
      });
      const { openSocket } = client;
      const { counts, peer } = await clock.run(probe({ ...SERVER, clock, openSocket }));
      expect([counts.sentCount, peer === undefined]).toEqual([300, false]);
    }
  });

  test("what the server's limits refuse is not lost", async () => {
    const { clock, client, server } = createHosts();
    const limits = { ratePerSource: 100 };
    await using _ = await serveEcho({ ...SERVER, ...limits, clock, openSocket: server.openSocket });
    const { openSocket } = client;
    const result = await clock.run(probe({ ...SERVER, intervalMs: 1, clock, openSocket }));
    expect([result.forward, result.backward]).toEqual([
      { lostCount: 0, duplicatedCount: 0 },
      { lostCount: 0, duplicatedCount: 0 },
    ]);
    const refusedCount = result.peer?.refusedCount ?? 0;
    expect(refusedCount).toBeGreaterThan(200);
    expect(result.counts.answeredCount).toBe(300 - refusedCount);
    const { unanswered, loss } = reportOf(result);
    expect([unanswered.count, loss?.count, loss?.ratio]).toEqual([refusedCount, 0, 0]);
  });

  test("measures several at once, each with an account of its own", async () => {
    const { clock, client, server } = createHosts();
    await using _ = await serveEcho({ ...SERVER, clock, openSocket: server.openSocket });
    const { openSocket } = client;
    const counts = [10, 20, 30];
    const results = await clock.run(
      Promise.all(counts.map((count) => probe({ ...SERVER, count, clock, openSocket }))),
    );
    expect(results.map(({ peer }) => peer?.distinctCount)).toEqual(counts);
  });

  test("a stalled sender is hidden by the real send times, and shown by the intended ones", async () => {
    const { clock, client, server } = createHosts({ delayMs: 1 });
    await using _ = await serveEcho({ ...SERVER, clock, openSocket: server.openSocket });
    const { openSocket } = client;
    const stalled = stalledClock(clock, { fromNs: msToNs(1000), durationNs: msToNs(200) });
    const { samples } = await clock.run(probe({ ...SERVER, clock: stalled, openSocket }));
    const longestMs = (from: Float64Array): number =>
      Math.round(nsToMs(Math.max(...samples.receivedAtNs.map((at, n) => at - (from[n] ?? 0)))));
    expect({
      real: longestMs(samples.sentAtNs),
      intended: longestMs(samples.intendedAtNs),
    }).toEqual({ real: 2, intended: 198 });
  });

  test("knows the round trip alone where the far end sends back what comes", async () => {
    const { clock, client, server } = createHosts({ delayMs: 5, lossRatio: 0.1 }, 3);
    await using _ = await server.openSocket({
      local: { address: SERVER_ADDRESS, port: SERVER.port },
      onDatagram: (payload, from, socket) => socket.send(payload, from),
    });
    const { openSocket } = client;
    const result = await clock.run(probe({ ...SERVER, clock, openSocket }));
    const unknown = { lostCount: undefined, duplicatedCount: undefined };
    expect(result).toMatchObject({ protocol: "echo", forward: unknown, backward: unknown });
    expect(result.counts.answeredCount).toBeLessThan(300);
  });

  test("tells when it began, and not the key", async () => {
    const hosts = createHosts();
    const { clock, server } = hosts;
    const key = new Uint8Array(16);
    const stamp = { ...SERVER, key, clock };
    await using _ = await serveEcho({ ...stamp, reply: "stamp", openSocket: server.openSocket });
    await clock.advanceTo(msToNs(1234));
    const { openSocket } = hosts.client;
    const result = await clock.run(probe({ ...stamp, protocol: "stamp", openSocket }));
    expect([result.startedAt.getTime(), "key" in result.plan]).toEqual([1234, false]);
  });

  test("says why nothing could be measured", async () => {
    const { clock, client, server } = createHosts();
    const { openSocket } = client;
    const failure = async (options: ProbeOptions = {}): Promise<unknown> =>
      await clock.run(probe({ ...SERVER, ...options, clock, openSocket })).catch((error) => error);
    expect(await failure()).toMatchObject({ code: "ECHO_NOT_LISTENING" });
    const inEcho = await failure({ protocol: "echo" });
    expect([inEcho, clock.nowNs()]).toEqual([
      expect.objectContaining({ code: "ECHO_NOT_LISTENING" }),
      msToNs(20),
    ]);
    expect(await failure({ host: "10.77.0.9" })).toMatchObject({ code: "ECHO_NO_REPLY" });
    await using _ = await server.openSocket({
      local: { address: SERVER_ADDRESS, port: SERVER.port },
      onDatagram: (payload, from, socket) => {
        socket.send(
          new TextEncoder().encode(`Your data was ${payload.byteLength} bytes long`),
          from,
        );
      },
    });
    expect(await failure()).toMatchObject({
      code: "ECHO_NOT_MEASURABLE",
      message: `${SERVER_ADDRESS}:7007 answers with the length alone, from which replies cannot be told apart`,
    });
  });

  test("stops when it is told to, and gives what it has", async () => {
    const { clock, client, server } = createHosts();
    await using _ = await serveEcho({ ...SERVER, clock, openSocket: server.openSocket });
    const { openSocket } = client;
    const controller = new AbortController();
    const { signal } = controller;
    clock.at(msToNs(1000), () => controller.abort());
    const { counts, peer } = await clock.run(probe({ ...SERVER, signal, clock, openSocket }));
    expect([counts.sentCount, peer?.distinctCount]).toEqual([98, 98]);
    const early = probe({ ...SERVER, signal, clock, openSocket });
    expect(await early.catch((error) => error)).toBe(signal.reason);
  });
});

/** Timers of a program that does nothing for a while run when that is over. */
function stalledClock(
  clock: Clock,
  { fromNs, durationNs }: { readonly fromNs: number; readonly durationNs: number },
): Clock {
  return {
    nowNs: () => clock.nowNs(),
    at: (deadlineNs, callback) => {
      const isStalled = deadlineNs >= fromNs && deadlineNs < fromNs + durationNs;
      return clock.at(isStalled ? fromNs + durationNs : deadlineNs, callback);
    },
  };
}
