import { describe, expect } from "bun:test";
import type { BackoffOptions } from "@udp/core";
import { backoffDelaysMs } from "@udp/core";
import type { BadLinkOptions, Lab, LinkReport } from "@udp/lab";
import { createPath } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import type { RetransmissionOptions } from "../src/index.ts";
import { PRESETS } from "../src/index.ts";
import { LabClient, payloads } from "./lab-client.ts";
import { LabServer } from "./lab-server.ts";

const TIMEOUT_MS = 60_000;
const OUTAGE_MS = 5000;

const REQUESTS = payloads(200);
const WINDOW = 16;

const LINK: BadLinkOptions = { delayMs: 4, jitterMs: 2 };

const PATIENT: RetransmissionOptions = {
  backoff: { initialMs: 100, maxMs: 1000, attempts: 1000 },
  window: { initialRequests: WINDOW, maxRequests: WINDOW },
};

/** Waits as short as they may be. */
const PATIENT_WAITS = PATIENT.backoff;
const LOW_LATENCY_WAITS: BackoffOptions = { ...PRESETS["low-latency"].backoff, initialMs: 100 };

/** Takes the path away, or gives it back; returns what its link had carried by then. */
type Change = (path: Lab) => Promise<LinkReport>;

interface Outage {
  readonly begin: Change;
  readonly end: Change;
}

const EVERYTHING_IS_LOST: Outage = {
  begin: (path) => path.link.configure({ ...LINK, lossRatio: 1 }),
  end: (path) => path.link.configure(LINK),
};

/** The router says that there is no way, and nobody believes it. */
const LINK_IS_DOWN: Outage = {
  begin: async (path) => {
    await path.host("r2").run(["ip", "link", "set", "e1", "down"]);
    return await path.link.report();
  },
  end: async (path) => {
    const report = await path.link.report();
    await path.host("r2").run(["ip", "link", "set", "e1", "up"]);
    // Of IPv6 the system takes the address away with the link.
    const address = ["fd77:3::1/64", "dev", "e1", "nodad"];
    await path.host("r2").run(["ip", "address", "replace", ...address]);
    return report;
  },
};

describe.concurrent("a path that is gone for 5 s", () => {
  for (const [title, family, outage, retransmission, waits] of [
    ["everything is lost", "ipv4", EVERYTHING_IS_LOST, PRESETS["low-latency"], LOW_LATENCY_WAITS],
    ["everything is lost", "ipv6", EVERYTHING_IS_LOST, PATIENT, PATIENT_WAITS],
    ["a router's link is down", "ipv4", LINK_IS_DOWN, PATIENT, PATIENT_WAITS],
    ["a router's link is down", "ipv6", LINK_IS_DOWN, PATIENT, PATIENT_WAITS],
  ] as const) {
    labTest(
      `${title}, ${family}: requests outlast it, and meanwhile no more is sent than their schedule says`,
      async () => {
        await using path = await createPath({ mtus: [1500, 1500, 1500], link: LINK });
        const host = path.host("h2")[family];
        const options = { name: "h2", host, ratePerSource: "none" } as const;
        await using server = await LabServer.start(path.host("h2"), options);
        const { port } = server;
        await using client = await LabClient.start(path.host("h1"), { host, port, retransmission });
        client.ask(REQUESTS);
        const early = await client.settled(50);
        const { sentCount, lastedMs } = await pass(path, outage);
        const settled = [...early, ...(await client.settled(REQUESTS.length - 50))];

        expect(settled).toMatchObject(
          settled.map(({ local, payload }) => ({ answer: { client: local, payload, times: 1 } })),
        );
        expect(new Set(settled.map(({ payload }) => payload))).toEqual(new Set(REQUESTS));
        await server.untilExecuted(REQUESTS.length);
        expect((await server.count()).executedCount).toBe(REQUESTS.length);
        // Answers that were on their way make room for as many requests once more.
        const mostSent = WINDOW * (transmissionsWithin(lastedMs, waits) + 1);
        expect(sentCount).toBeGreaterThan(2 * WINDOW);
        expect(sentCount).toBeLessThanOrEqual(mostSent);
        const { forward } = await path.link.report();
        const attempts = settled.reduce((sum, request) => sum + request.attempts, 0);
        const { requesters } = await client.count();
        const [{ unsentCount } = { unsentCount: 0 }] = requesters;
        // Two reports of the router at once may pass for a failure to send.
        expect(forward).toMatchObject({ sent: attempts - unsentCount, missed: 0 });
      },
      TIMEOUT_MS,
    );
  }
});

/** What was sent into the link in the meantime, and how long that was at most. */
async function pass(path: Lab, { begin, end }: Outage) {
  const startedAtMs = performance.now();
  const before = await begin(path);
  await Bun.sleep(OUTAGE_MS);
  const after = await end(path);
  return {
    sentCount: after.forward.sent - before.forward.sent,
    lastedMs: performance.now() - startedAtMs,
  };
}

/** Of one request, the one at the beginning included. */
function transmissionsWithin(durationMs: number, backoff: BackoffOptions): number {
  let elapsedMs = 0;
  let count = 1;
  for (const waitMs of backoffDelaysMs(backoff, () => 0)) {
    elapsedMs += waitMs;
    if (elapsedMs > durationMs) break;
    count++;
  }
  return count;
}
