import { describe, expect } from "bun:test";
import type { BadLinkOptions, Lab } from "@udp/lab";
import { createPair } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { LabClient, payloads } from "./lab-client.ts";
import { LabServer } from "./lab-server.ts";
import type { LabClientOptions, Settled } from "./programs/client.ts";

const TIMEOUT_MS = 60_000;

const BAD_LINK: BadLinkOptions = { delayMs: 4, jitterMs: 2, lossRatio: 0.1, duplicateRatio: 0.1 };

/** So many requests are under way at a time, and outlast the start of another server. */
const WINDOW = 16;
const PERSISTENT: Omit<LabClientOptions, "host" | "port"> = {
  keepTrying: true,
  retransmission: {
    backoff: { initialMs: 50, maxMs: 200, attempts: 1000 },
    window: { initialRequests: WINDOW, maxRequests: WINDOW },
  },
};

describe.concurrent("a server that is killed, and started again at the same port", () => {
  for (const family of ["ipv4", "ipv6"] as const) {
    labTest(
      `in the midst of requests, ${family}: each is carried out by one of the two, and what came of some is not known`,
      async () => {
        await using pair = await createPair({ link: BAD_LINK });
        const host = pair.host("b")[family];
        // Acknowledged before it is sent again, and asked after when the second server is known.
        const stuck = { name: "first", host, stuckAt: "endless", acknowledgeAfterMs: 20 };
        await using first = await LabServer.start(pair.host("b"), stuck);
        const { port } = first;
        await using client = await startClient(pair, host, port);
        const endless = payloads(4, "endless");
        client.ask([...endless, ...payloads(200)]);
        const early = await client.settled(50);
        await killFirst(pair, first);
        await using second = await LabServer.start(pair.host("b"), { name: "second", host, port });
        const settled = [...early, ...(await client.settled(154))];
        const later = payloads(20, "later");
        client.ask(later);
        const afterwards = await client.settled(20);
        await second.kill();

        expect(carriedOutByBoth(first, second)).toEqual([]);
        expectOwnAnswers([...settled, ...afterwards]);
        expect(answeredBy("first", early)).toHaveLength(50);
        expect(answeredBy("second", settled)).not.toEqual([]);
        expect(answeredBy("second", afterwards).toSorted()).toEqual(later.toSorted());
        const failed = settled.filter(({ answer }) => answer === undefined);
        expect(failed).toEqual(
          failed.map((request) => ({ ...request, code: "RELIABLE_OUTCOME_UNKNOWN" })),
        );
        const unknown = failed.map(({ payload }) => payload);
        expect(unknown).toEqual(expect.arrayContaining(endless));
        // Those that were acknowledged no longer count in the window.
        expect(unknown.length).toBeLessThanOrEqual(2 * WINDOW);
      },
      TIMEOUT_MS,
    );
  }

  labTest(
    "before it has answered anybody, with a cookie required: no request is carried out by both",
    async () => {
      await using pair = await createPair({ link: BAD_LINK });
      const { first, second, settled } = await restartStuck(pair, true);
      const unknown = settled.filter(({ code }) => code === "RELIABLE_OUTCOME_UNKNOWN");
      expect(carriedOutByBoth(first, second)).toEqual([]);
      expect(unknown.map(({ payload }) => payload)).toEqual(
        expect.arrayContaining(carriedOutBy(first)),
      );
      expect(unknown.length + answeredBy("second", settled).length).toBe(40);
      expect(answeredBy("second", settled)).not.toEqual([]);
    },
    TIMEOUT_MS,
  );

  labTest(
    "before its client has heard anything, with none required: that is the gap, which the README names",
    async () => {
      const backward = { ...BAD_LINK, lossRatio: 1 };
      await using pair = await createPair({ link: { ...BAD_LINK, backward } });
      const { first, second, settled } = await restartStuck(pair, false);
      expect(carriedOutByBoth(first, second)).toHaveLength(WINDOW);
      expect(answeredBy("second", settled).toSorted()).toEqual(payloads(40).toSorted());
    },
    TIMEOUT_MS,
  );
});

/** Forty requests meet a server that ends none, and then one that ends them all. */
async function restartStuck(pair: Lab, requiresCookie: boolean) {
  const host = pair.host("b").ipv4;
  const common = { host, requiresCookie, acknowledgeAfterMs: 10_000 };
  const stuck = { ...common, name: "first", stuckAt: "" };
  await using first = await LabServer.start(pair.host("b"), stuck);
  const { port } = first;
  await using client = await startClient(pair, host, port);
  client.ask(payloads(40));
  await first.untilExecuted(WINDOW);
  await killFirst(pair, first);
  await using second = await LabServer.start(pair.host("b"), { ...common, name: "second", port });
  const settled = await client.settled(40);
  await second.kill();
  expectOwnAnswers(settled);
  return { first, second, settled };
}

/** From then on nothing is lost: what was acknowledged is asked after at 1, 3, 7, 15 s only. */
async function killFirst(pair: Lab, first: LabServer): Promise<void> {
  await first.kill();
  await pair.link.configure({ ...BAD_LINK, lossRatio: 0 });
}

function startClient(pair: Lab, host: string, port: number): Promise<LabClient> {
  return LabClient.start(pair.host("a"), { host, port, ...PERSISTENT });
}

function expectOwnAnswers(settled: readonly Settled[]): void {
  const answered = settled.filter(({ answer }) => answer !== undefined);
  expect(answered).toMatchObject(
    answered.map(({ local, payload }) => ({ answer: { client: local, payload, times: 1 } })),
  );
  expect(new Set(settled.map(({ payload }) => payload)).size).toBe(settled.length);
}

function answeredBy(server: string, settled: readonly Settled[]): string[] {
  return settled.flatMap(({ answer }) => (answer?.server === server ? [answer.payload] : []));
}

function carriedOutBy({ executions }: LabServer): string[] {
  expect(executions.filter(({ times }) => times > 1)).toEqual([]);
  return executions.map(({ payload }) => payload);
}

function carriedOutByBoth(first: LabServer, second: LabServer): string[] {
  const byFirst = new Set(carriedOutBy(first));
  return carriedOutBy(second).filter((payload) => byFirst.has(payload));
}
