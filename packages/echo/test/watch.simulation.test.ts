import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import type { Clock, OpenDatagramSocket } from "@udp/core";
import { msToNs, nsToMs } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { serveEcho } from "../src/server.ts";
import { intervalDocument } from "../src/watch/interval-document.ts";
import { watchProbe } from "../src/watch/watch.ts";
import type { IntervalDocument } from "../src/watch/watch-document.ts";
import type { WatchOptions } from "../src/watch/watch-options.ts";
import type { WatchReport } from "../src/watch/watch-report.ts";
import type { SimulatedHosts } from "./simulated-hosts.ts";
import { createHosts, SERVER_ADDRESS } from "./simulated-hosts.ts";
import { socketWithSend } from "./socket-with-send.ts";

const SERVER = { host: SERVER_ADDRESS, port: 7007 };
const SECOND_NS = msToNs(1000);

function serve({ clock, server }: SimulatedHosts) {
  return serveEcho({ ...SERVER, clock, openSocket: server.openSocket });
}

interface Watching extends AsyncDisposable {
  readonly reports: readonly WatchReport[];
  readonly signal: AbortSignal;
  /** Asks it to end, and waits until all is reported. */
  end(): Promise<readonly WatchReport[]>;
}

function startWatching(hosts: SimulatedHosts, options: Partial<WatchOptions> = {}): Watching {
  const { clock, client } = hosts;
  const reports: WatchReport[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const watching = watchProbe({
    ...SERVER,
    reportIntervalMs: 1000,
    clock,
    openSocket: client.openSocket,
    signal,
    onReport: (report) => reports.push(report),
    ...options,
  });
  const end = async (): Promise<readonly WatchReport[]> => {
    controller.abort();
    await clock.run(watching);
    return reports;
  };
  return {
    reports,
    signal,
    end,
    [Symbol.asyncDispose]: async () => {
      await end();
    },
  };
}

/** Documents, checked as their readers would. */
function documentsOf(reports: readonly WatchReport[]): readonly IntervalDocument[] {
  return reports.map((report) => parse(documentSchemas.interval, intervalDocument(report)));
}

function sentIn({ result }: WatchReport): number {
  return result?.counts.sentCount ?? 0;
}

const NO_LOSS = { lostCount: 0, duplicatedCount: 0 };

describe("a watch", () => {
  test("is one measurement after the other, at fixed times, and no datagram is left out between", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    await using watching = startWatching(hosts);
    await hosts.clock.advanceTo(4.5 * SECOND_NS);
    const { reports } = watching;
    expect(reports.map(({ startedAt }) => startedAt.getTime())).toEqual([250, 1250, 2250, 3250]);
    expect(reports.map(sentIn)).toEqual([100, 100, 100, 100]);
    const [first, second] = reports.map(({ result }) => result?.samples.sentAtNs ?? []);
    expect(nsToMs((second?.at(0) ?? 0) - (first?.at(-1) ?? 0))).toBe(10);
    expect(documentsOf(reports)).toMatchObject(
      reports.map(() => ({
        target: `${SERVER_ADDRESS}:7007`,
        failure: null,
        measurement: { isStopped: false, forward: NO_LOSS, backward: NO_LOSS, noise: null },
      })),
    );
  });

  test("says down while the far end is away, and up when it is back", async () => {
    const hosts = createHosts({ delayMs: 5 });
    const { clock } = hosts;
    const before = await serve(hosts);
    await using watching = startWatching(hosts);
    await clock.advanceTo(1.5 * SECOND_NS);
    await before[Symbol.asyncDispose]();
    await clock.advanceTo(5.5 * SECOND_NS);
    await using _ = await serve(hosts);
    await clock.advanceTo(7.5 * SECOND_NS);
    const documents = documentsOf(await watching.end());
    expect(
      documents.map(({ failure, measurement }) => failure?.code ?? measurement?.sentCount),
    ).toEqual([
      100,
      100,
      "ECHO_NOT_LISTENING",
      "ECHO_NOT_LISTENING",
      "ECHO_NOT_LISTENING",
      "ECHO_NOT_LISTENING",
      100,
      26,
    ]);
    expect(documents.map(({ missedCount }) => missedCount)).toEqual([
      0, 0, 100, 100, 100, 100, 0, 0,
    ]);
    const { unanswered, loss, forward } = documents[1]?.measurement ?? {};
    expect([unanswered?.count, loss, forward?.lostCount]).toEqual([75, null, null]);
  });

  test("reports in order, also where an interval is known late, and ends none for a silent far end", async () => {
    const hosts = createHosts({ delayMs: 5 });
    const { clock, network, client, server } = hosts;
    await using _ = await serve(hosts);
    await using watching = startWatching(hosts);
    await clock.advanceTo(1.5 * SECOND_NS);
    const setBoth = (link: LinkOptions): void => {
      network.setLink(client, server, link);
      network.setLink(server, client, link);
    };
    setBoth({ delayMs: 5, lossRatio: 1 });
    await clock.advanceTo(3.5 * SECOND_NS);
    setBoth({ delayMs: 5 });
    await clock.advanceTo(9.5 * SECOND_NS);
    const reports = watching.reports.map(({ startedAt, failure }) => [
      startedAt.getTime(),
      failure?.code,
    ]);
    // The third was ready when its time was over.
    expect(reports).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => [
        250 + 1000 * index,
        index === 2 ? "ECHO_NO_REPLY" : undefined,
      ]),
    );
    const sentCounts = watching.reports.map(sentIn);
    const missedCounts = watching.reports.map(({ missedCount }) => missedCount);
    expect(sentCounts.map((sent, index) => sent + (missedCounts[index] ?? 0))).toEqual(
      sentCounts.map(() => 100),
    );
    // The far end was not to be reached from 1.5 to 3.5 s, and was asked again some time later.
    expect(missedCounts).toEqual([0, 0, expect.any(Number), expect.any(Number), 0, 0, 0, 0, 0]);
    expect(Math.min(...missedCounts.slice(2, 4))).toBeGreaterThan(20);
  });

  test("without any answer all that was sent is lost", async () => {
    const hosts = createHosts({ delayMs: 5, lossRatio: 1 });
    await using watching = startWatching(hosts, { protocol: "echo" });
    await hosts.clock.advanceTo(2.5 * SECOND_NS);
    const unanswered = { count: 100, ratio: 1 };
    expect(documentsOf(watching.reports)).toMatchObject([
      { failure: { code: "ECHO_NO_REPLY" }, measurement: { sentCount: 100, unanswered } },
    ]);
  });

  test("is told to end: what was sent is reported, and nothing is left behind", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    const watching = startWatching(hosts);
    await hosts.clock.advanceTo(20.5 * SECOND_NS);
    const listeners = (): number => getEventListeners(watching.signal, "abort").length;
    expect(listeners()).toBeLessThanOrEqual(1);
    const reports = await watching.end();
    expect([reports.length, listeners()]).toEqual([21, 0]);
    expect(documentsOf(reports.slice(-1))).toMatchObject([
      { failure: null, measurement: { isStopped: true, sentCount: 26, receivedCount: 26 } },
    ]);
    const sentAfter = hosts.network.counters(hosts.client, hosts.server).sent;
    await hosts.clock.advanceBy(10 * SECOND_NS);
    expect(hosts.network.counters(hosts.client, hosts.server).sent).toBe(sentAfter);
  });

  test("is told to end before it could begin: there is nothing to report", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    const watching = startWatching(hosts);
    await hosts.clock.advanceTo(msToNs(1005));
    expect((await watching.end()).map(sentIn)).toEqual([76]);
  });

  test("where nothing leaves that is said, and not of an interval that was cut short", async () => {
    const hosts = createHosts({ delayMs: 5 });
    const openSocket: OpenDatagramSocket = async (options) =>
      socketWithSend(await hosts.client.openSocket(options), () => false);
    await using watching = startWatching(hosts, { protocol: "echo", openSocket });
    await hosts.clock.advanceTo(2.5 * SECOND_NS);
    expect(documentsOf(await watching.end())).toMatchObject([
      {
        failure: { code: "ECHO_NO_REPLY", message: "Nothing could be sent to 10.77.0.2:7007" },
        measurement: { sentCount: 0, unsentCount: 100, lossPlaces: { ownSendBufferCount: 100 } },
      },
      { measurement: { unsentCount: 100 } },
    ]);
  });

  test("leaves no timer behind, however many intervals there were", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    const counting = countingClock(hosts.clock);
    await using watching = startWatching(hosts, { clock: counting });
    await hosts.clock.advanceTo(1.9 * SECOND_NS);
    const { pendingCount } = counting;
    await hosts.clock.advanceTo(50.9 * SECOND_NS);
    expect([watching.reports.length, counting.pendingCount]).toEqual([50, pendingCount]);
    await watching.end();
    expect(counting.pendingCount).toBe(0);
  });

  test("leaves out what passed while the program stood still", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    const stalled = {
      nowNs: () => hosts.clock.nowNs(),
      at: (deadlineNs: number, callback: () => void) =>
        hosts.clock.at(
          deadlineNs > SECOND_NS && deadlineNs < 4.2 * SECOND_NS ? 4.2 * SECOND_NS : deadlineNs,
          callback,
        ),
    };
    await using watching = startWatching(hosts, { clock: stalled });
    await hosts.clock.advanceTo(6.5 * SECOND_NS);
    expect(watching.reports.map(({ startedAt }) => startedAt.getTime())).toEqual([
      250, 1250, 2250, 5250,
    ]);
  });

  test("begins as late as it is told to", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    await using watching = startWatching(hosts, { delayMs: 300 });
    await hosts.clock.advanceTo(2.5 * SECOND_NS);
    expect(watching.reports.map(({ startedAt }) => startedAt.getTime())).toEqual([550]);
  });

  test("a name that cannot be found now may be found later", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    let lookUpCount = 0;
    const lookUpName = (): Promise<readonly string[]> =>
      Promise.resolve(++lookUpCount === 1 ? [] : [SERVER_ADDRESS]);
    await using watching = startWatching(hosts, { host: "example.net", lookUpName });
    await hosts.clock.advanceTo(2.5 * SECOND_NS);
    expect(documentsOf(watching.reports)).toMatchObject([
      { target: "example.net:7007", failure: { code: "UDP_NAME_NOT_FOUND" }, measurement: null },
      { target: "example.net:7007", failure: null },
    ]);
  });

  test("what onReport throws ends it", async () => {
    const hosts = createHosts({ delayMs: 5 });
    await using _ = await serve(hosts);
    const { clock, client } = hosts;
    const mistake = new Error("a mistake of the user");
    const watching = watchProbe({
      ...SERVER,
      reportIntervalMs: 1000,
      clock,
      openSocket: client.openSocket,
      onReport: () => {
        throw mistake;
      },
    });
    expect(await clock.run(watching).catch((error) => error)).toBe(mistake);
  });
});

describe("before anything is sent a watch refuses", () => {
  test.each<[string, Partial<WatchOptions>, string]>([
    ["an interval that is too short", { reportIntervalMs: 999 }, "UDP_BAD_OPTION"],
    ["one that is too long", { reportIntervalMs: 86_400_001 }, "UDP_BAD_OPTION"],
    ["fewer than one datagram in each", { intervalMs: 1001 }, "UDP_BAD_OPTION"],
    [
      "more datagrams than can be kept",
      { intervalMs: 0.05, reportIntervalMs: 600_000 },
      "UDP_BAD_OPTION",
    ],
    ["more than 16 under way at once", { waitMs: 5001 }, "UDP_BAD_OPTION"],
    ["no port", { port: 0 }, "UDP_BAD_PORT"],
    ["no address", { host: "127.1" }, "UDP_BAD_ADDRESS"],
    ["an address of many", { host: "224.0.0.1" }, "UDP_BAD_HOST"],
  ])("%s", async (_title, options, code) => {
    const hosts = createHosts();
    const { clock, client, network, server } = hosts;
    const onReport = (): never => {
      throw new Error("nothing is to be reported");
    };
    const { openSocket } = client;
    const watching = watchProbe({
      ...SERVER,
      reportIntervalMs: 1000,
      clock,
      openSocket,
      onReport,
      ...options,
    });
    expect(await watching.catch((error) => error)).toMatchObject({ code });
    expect(network.counters(client, server).sent).toBe(0);
  });
});

interface CountingClock extends Clock {
  /** Timers that have neither run nor been cancelled. */
  readonly pendingCount: number;
}

function countingClock(clock: Clock): CountingClock {
  const pending = new Set<() => void>();
  return {
    get pendingCount() {
      return pending.size;
    },
    nowNs: () => clock.nowNs(),
    at: (deadlineNs, callback) => {
      const run = (): void => {
        pending.delete(run);
        callback();
      };
      pending.add(run);
      const cancel = clock.at(deadlineNs, run);
      return () => {
        pending.delete(run);
        cancel();
      };
    },
  };
}
