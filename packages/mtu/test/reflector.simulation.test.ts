import { expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { msToNs } from "@udp/core";
import type { LinkOptions, SimulatedHost } from "@udp/core/simulation";
import fc from "fast-check";
import type { Frame } from "../src/frame.ts";
import { COOKIE_BYTES, encodeFrame } from "../src/frame.ts";
import type { Reflector, ReflectorOptions } from "../src/reflector.ts";
import { serveReflector } from "../src/reflector.ts";
import type { ReflectorHosts } from "./reflector-hosts.ts";
import { CLIENT_ADDRESS, createHosts, FrameClient, REFLECTOR_ADDRESS } from "./reflector-hosts.ts";

const REFLECTOR: Endpoint = { address: REFLECTOR_ADDRESS, port: 1060 };
const PROBES = 20;
const SILENT_WITHIN_NS = msToNs(60_000);

const seed = fc.integer();
const badLink: fc.Arbitrary<LinkOptions> = fc.record({
  delayMs: fc.constant(20),
  jitterMs: fc.nat({ max: 20 }),
  lossRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
  duplicateRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
  reorderRatio: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

function serve({ clock, reflector }: ReflectorHosts, options: ReflectorOptions = {}) {
  const { openSocket } = reflector;
  return serveReflector({ host: REFLECTOR_ADDRESS, openSocket, clock, ...options });
}

/** Waits until nothing is left that could happen. */
async function silence({ clock }: ReflectorHosts): Promise<void> {
  const never = clock.runUntil(() => false, SILENT_WITHIN_NS);
  await expect(never).rejects.toMatchObject({ code: "SIMULATION_IDLE" });
}

/** Probes, a cookie, and sized datagrams with whatever was got for one; what came of them. */
async function converse(link: LinkOptions, runSeed: number): Promise<readonly Frame[]> {
  const hosts = createHosts(link, runSeed);
  await serve(hosts);
  const client = await new FrameClient(REFLECTOR).open(hosts.client);
  for (let index = 0; index < PROBES; index++) {
    client.send({ type: "probe", nonce: BigInt(index), payloadBytes: 40 + 70 * index });
  }
  client.send({ type: "cookie-request", nonce: 100n });
  await silence(hosts);
  const cookie = client.arrivals.flatMap((frame) =>
    frame.type === "cookie" ? [frame.cookie] : [],
  );
  for (let index = 0; index < PROBES; index++) {
    client.send({
      type: "sized-request",
      nonce: BigInt(200 + index),
      payloadBytes: 40 + 70 * index,
      cookie: cookie[0] ?? new Uint8Array(COOKIE_BYTES),
    });
  }
  await silence(hosts);
  expect(client.foreign).toEqual([]);
  return client.arrivals;
}

/** What a client may be told: the truth about what it sent. */
function isTrue(frame: Frame): boolean {
  const { nonce } = frame;
  switch (frame.type) {
    case "cookie":
      return nonce === 100n;
    case "acknowledgement":
      return frame.payloadBytes === 40 + 70 * Number(nonce);
    case "sized-datagram":
    case "refusal":
      return frame.payloadBytes === 40 + 70 * Number(nonce - 200n);
    default:
      return false;
  }
}

test("property: on bad links every answer is true", async () => {
  await fc.assert(
    fc.asyncProperty(badLink, seed, async (link, runSeed) => {
      const arrivals = await converse(link, runSeed);
      expect(arrivals.filter((frame) => !isTrue(frame))).toEqual([]);
    }),
  );
});

test("property: where nothing is lost, all is answered", async () => {
  await fc.assert(
    fc.asyncProperty(badLink, seed, async (link, runSeed) => {
      const arrivals = await converse({ ...link, lossRatio: 0 }, runSeed);
      const answered = new Set(arrivals.map(({ type, nonce }) => `${type} ${nonce}`));
      expect(answered.size).toBe(2 * PROBES + 1);
    }),
  );
});

test("property: the same seed gives the same run", async () => {
  const summary = (frames: readonly Frame[]) => frames.map(({ type, nonce }) => [type, nonce]);
  await fc.assert(
    fc.asyncProperty(badLink, seed, async (link, runSeed) => {
      const [one, again] = [await converse(link, runSeed), await converse(link, runSeed)];
      expect(summary(one)).toEqual(summary(again));
    }),
    { numRuns: 20 },
  );
});

/** Sends every datagram back that comes, as RFC 862 says. */
async function serveNaiveEcho(host: SimulatedHost, local: Endpoint): Promise<void> {
  await host.openSocket({
    local,
    onDatagram: (payload, from, socket) => {
      socket.send(payload, from);
    },
  });
}

function answerCount({ counters }: Reflector): number {
  return Object.values(counters.sent).reduce((sum, count) => sum + count, 0);
}

const request = fc.constantFrom<Frame>(
  { type: "probe", nonce: 1n, payloadBytes: 1472 },
  { type: "cookie-request", nonce: 1n },
  { type: "sized-request", nonce: 1n, payloadBytes: 1472, cookie: new Uint8Array(COOKIE_BYTES) },
);
const port = fc.integer({ min: 1024, max: 65_535 }).filter((number) => number !== 1060);

test("property: with an echo server that answers all, a forged datagram draws one answer", async () => {
  await fc.assert(
    fc.asyncProperty(badLink, seed, request, port, async (link, runSeed, frame, echoPort) => {
      const hosts = createHosts({ ...link, duplicateRatio: 0 }, runSeed);
      const echo = { address: CLIENT_ADDRESS, port: echoPort };
      hosts.client.sendForged({ from: echo, to: REFLECTOR, payload: encodeFrame(frame) });
      await serveNaiveEcho(hosts.client, echo);
      const reflector = await serve(hosts);
      await silence(hosts);
      expect(answerCount(reflector)).toBeLessThanOrEqual(1);
    }),
  );
});

test("property: between two reflectors a forged datagram draws one answer", async () => {
  await fc.assert(
    fc.asyncProperty(badLink, seed, request, port, async (link, runSeed, frame, otherPort) => {
      const hosts = createHosts({ ...link, duplicateRatio: 0 }, runSeed);
      const other = { address: CLIENT_ADDRESS, port: otherPort };
      hosts.client.sendForged({ from: other, to: REFLECTOR, payload: encodeFrame(frame) });
      const { openSocket } = hosts.client;
      const reflectors = [
        await serve(hosts),
        await serve(hosts, { host: other.address, port: other.port, openSocket }),
      ];
      await silence(hosts);
      expect(
        reflectors.reduce((sum, reflector) => sum + answerCount(reflector), 0),
      ).toBeLessThanOrEqual(1);
    }),
  );
});
