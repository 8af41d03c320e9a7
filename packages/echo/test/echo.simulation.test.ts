import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { msToNs } from "@udp/core";
import type { LinkOptions } from "@udp/core/simulation";
import fc from "fast-check";
import type { EchoServer, ReplyMode, ServeOptions } from "../src/index.ts";
import { askEcho, serveEcho } from "../src/index.ts";
import type { SimulatedHosts } from "./simulated-hosts.ts";
import {
  CLIENT_ADDRESS,
  createHosts,
  SERVER_ADDRESS,
  STRANGER_ADDRESS,
  sendFrom,
} from "./simulated-hosts.ts";

const TRUE_ANSWER = "Your data was 17 bytes long";
const PAYLOAD = new TextEncoder().encode("Is anybody there?");
const FORGERIES = 10;

/** A loop that is cut as late as may be, on the longest of the links, ends before. */
const SILENT_WITHIN_NS = msToNs(200_000);

const seed = fc.integer({ min: 0, max: 0xff_ff_ff_ff });

/** Links of every kind; the round trip of a loop stays below the second that a loop is remembered. */
const badLink: fc.Arbitrary<LinkOptions> = fc
  .record({
    delayMs: fc.integer({ min: 1, max: 100 }),
    jitterShare: fc.double({ min: 0, max: 1, noNaN: true }),
    lossRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
    duplicateRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    reorderRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ jitterShare, ...link }) => ({ ...link, jitterMs: jitterShare * link.delayMs }));

function serve(hosts: SimulatedHosts, options: ServeOptions = {}): Promise<EchoServer> {
  const { server, clock } = hosts;
  return serveEcho({ host: SERVER_ADDRESS, openSocket: server.openSocket, clock, ...options });
}

describe("a client on bad links, and a stranger who sends it forged answers", () => {
  /** What the client came to: an answer and who gave it, or the code of a failure. */
  async function ask(hosts: SimulatedHosts): Promise<string> {
    const { client, stranger, clock } = hosts;
    const asked = askEcho({
      host: SERVER_ADDRESS,
      payload: PAYLOAD,
      openSocket: client.openSocket,
      clock,
      timeoutMs: 1000,
      onSent: ({ local }) => {
        const to = { address: CLIENT_ADDRESS, port: local.port };
        const from = { address: STRANGER_ADDRESS, port: 1060 };
        for (let index = 0; index < FORGERIES; index++) {
          const atNs = clock.nowNs() + msToNs(index * 10);
          clock.at(atNs, () => sendFrom(stranger, TRUE_ANSWER, to, from));
        }
      },
    });
    return await clock.run(
      asked.then(
        ({ from, payload }) => `${from.address}: ${new TextDecoder().decode(payload)}`,
        (error) => error.code,
      ),
    );
  }

  test("property: it believes the server or nobody", async () => {
    await fc.assert(
      fc.asyncProperty(seed, badLink, async (runSeed, link) => {
        const hosts = createHosts(link, runSeed);
        await serve(hosts);
        for (let question = 0; question < 3; question++) {
          const outcomes = [`${SERVER_ADDRESS}: ${TRUE_ANSWER}`, "ECHO_NO_REPLY"];
          expect(outcomes).toContain(await ask(hosts));
        }
      }),
    );
  });

  test("property: where nothing is lost, it is answered", async () => {
    await fc.assert(
      fc.asyncProperty(seed, badLink, async (runSeed, link) => {
        const hosts = createHosts({ ...link, lossRatio: 0 }, runSeed);
        await serve(hosts);
        expect(await ask(hosts)).toBe(`${SERVER_ADDRESS}: ${TRUE_ANSWER}`);
      }),
    );
  });

  test("property: the same seed gives the same run", async () => {
    async function run(runSeed: number, link: LinkOptions): Promise<unknown> {
      const hosts = createHosts(link, runSeed);
      const { counters } = await serve(hosts);
      return [await ask(hosts), await ask(hosts), counters, hosts.clock.nowNs()];
    }
    await fc.assert(
      fc.asyncProperty(seed, badLink, async (runSeed, link) => {
        expect(await run(runSeed, link)).toEqual(await run(runSeed, link));
      }),
    );
  });
});

describe("two servers and one forged datagram on bad links", () => {
  interface Duel {
    readonly modes: readonly [ReplyMode, ReplyMode];
    readonly ports: readonly [number, number];
    readonly link: LinkOptions;
    readonly runSeed: number;
  }

  /** Waits until nothing is left that could happen, and returns how many replies were sent. */
  async function countReplies({ modes, ports, link, runSeed }: Duel): Promise<number> {
    const hosts = createHosts(link, runSeed);
    const { client, clock } = hosts;
    const one: Endpoint = { address: CLIENT_ADDRESS, port: ports[0] };
    const other: Endpoint = { address: SERVER_ADDRESS, port: ports[1] };
    // Who had the address before the server leaves a datagram behind that seems to be the server's.
    await sendFrom(client, "hello", other, one);
    const servers = [
      await serve(hosts, { port: other.port, reply: modes[1] }),
      await serve(hosts, {
        host: one.address,
        port: one.port,
        reply: modes[0],
        openSocket: client.openSocket,
      }),
    ];
    const silence = clock.runUntil(() => false, SILENT_WITHIN_NS);
    await expect(silence).rejects.toMatchObject({ code: "SIMULATION_IDLE" });
    return servers.reduce((sum, { counters }) => sum + counters.repliedCount, 0);
  }

  const mode = fc.constantFrom<ReplyMode>("length", "echo");
  const port = fc.integer({ min: 1024, max: 65_535 }).filter((number) => number !== 1060);

  test("property: length on any ports answers the forged one at most", async () => {
    await fc.assert(
      fc.asyncProperty(seed, badLink, fc.tuple(port, port), async (runSeed, link, ports) => {
        const replyCount = await countReplies({
          modes: ["length", "length"],
          ports,
          link: { ...link, duplicateRatio: 0 },
          runSeed,
        });
        expect(replyCount).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("property: on the default port nobody answers", async () => {
    await fc.assert(
      fc.asyncProperty(seed, badLink, fc.tuple(mode, mode), async (runSeed, link, modes) => {
        expect(await countReplies({ modes, ports: [1060, 1060], link, runSeed })).toBe(0);
      }),
    );
  });

  test("property: echo on unusual ports is cut, and all its copies with it", async () => {
    await fc.assert(
      fc.asyncProperty(seed, badLink, fc.tuple(port, port), async (runSeed, link, ports) => {
        const replyCount = await countReplies({
          modes: ["echo", "echo"],
          ports,
          link: { ...link, lossRatio: 0 },
          runSeed,
        });
        expect(replyCount).toBeLessThanOrEqual(512);
      }),
      { numRuns: 20 },
    );
  });

  test("echo on unusual ports: without loss it comes as far as that", async () => {
    const modes = ["echo", "echo"] as const;
    const link = { delayMs: 1 };
    expect(await countReplies({ modes, ports: [7001, 7002], link, runSeed: 1 })).toBe(512);
  });
});
