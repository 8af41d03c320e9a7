import { describe, expect } from "bun:test";
import { createLan } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { LabClient, payloads } from "./lab-client.ts";
import { LabServer } from "./lab-server.ts";
import { UDP_RELIABLE } from "./udp-reliable.ts";

const TIMEOUT_MS = 60_000;

const CROWDED_HOST_CLIENTS = 196;
const OTHER_HOSTS = ["h2", "h3", "h4", "h5"];
const CLIENTS = CROWDED_HOST_CLIENTS + OTHER_HOSTS.length;

/** All ask the same, so that only who asked tells the answers apart. */
const REQUESTS = payloads(5);

describe.concurrent("200 clients at once, at five hosts", () => {
  for (const family of ["ipv4", "ipv6"] as const) {
    labTest(
      `${family}: each has its own answers, and the server remembers them all`,
      async () => {
        const link = { delayMs: 4, jitterMs: 2, lossRatio: 0.1, duplicateRatio: 0.1 };
        await using lan = await createLan({ hosts: 6, link });
        const host = lan.host("h6")[family];
        // So many clients at one address, or in one /64, are over what a source may ask at once.
        const options = { name: "h6", host, ratePerSource: "none" } as const;
        await using server = await LabServer.start(lan.host("h6"), options);
        const { port } = server;
        const startClient = (at: string, requesterCount: number): Promise<LabClient> =>
          LabClient.start(lan.host(at), {
            host,
            port,
            requesterCount,
            retransmission: "low-latency",
          });
        await using crowd = await startClient("h1", CROWDED_HOST_CLIENTS);
        await using others = new AsyncDisposableStack();
        const clients = [crowd];
        for (const at of OTHER_HOSTS) clients.push(others.use(await startClient(at, 1)));
        const commands = OTHER_HOSTS.map((at) => {
          const argv = ["client", host, "-p", String(port), "--message", "request 1"];
          return lan.host(at).run([...UDP_RELIABLE, ...argv, "--preset", "low-latency", "--json"]);
        });

        for (const client of clients) client.ask(REQUESTS);
        const reading = server.untilExecuted(CLIENTS * REQUESTS.length + OTHER_HOSTS.length);
        const settled = await Promise.all([
          crowd.settled(CROWDED_HOST_CLIENTS * REQUESTS.length),
          ...clients.slice(1).map((client) => client.settled(REQUESTS.length)),
        ]);
        await reading;
        const outcomes = (await Promise.all(commands)).map(({ stdout }) => JSON.parse(stdout));

        const all = settled.flat();
        expect(new Set(all.map(({ local }) => local)).size).toBe(CLIENTS);
        expect(all.map(({ answer }) => [answer?.client, answer?.payload])).toEqual(
          all.map(({ local, payload }) => [local, payload]),
        );
        expect(outcomes.map(({ reply }) => JSON.parse(reply.text))).toMatchObject(
          outcomes.map(({ local }) => ({ client: local, payload: "request 1" })),
        );
        const count = all.length + outcomes.length;
        const { executedCount, rememberedCount } = await server.count();
        expect({ executedCount, rememberedCount }).toEqual({
          executedCount: count,
          rememberedCount: count,
        });
        expect(server.executions.filter(({ times }) => times > 1)).toEqual([]);
      },
      TIMEOUT_MS,
    );
  }
});
