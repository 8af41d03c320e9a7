import { describe, expect, test } from "bun:test";
import { formatEndpoint, seededRandom } from "@udp/core";
import { decodeFrame } from "../exchange/frame.ts";
import { ATTACKS } from "./catalogue.ts";
import type { Knowledge } from "./forgery.ts";
import { forgeAll } from "./forgery.ts";

const KNOWN: Knowledge = {
  clientAddress: "127.0.0.1",
  clientPorts: { first: 40_831, count: 1 },
  server: { address: "127.0.0.2", port: 1060 },
  own: { address: "127.0.0.66", port: 6666 },
  idBits: 8,
  hasFrames: true,
  question: "?",
  id: 0x7fn,
  recording: {
    answer: new TextEncoder().encode("Your data was 28 bytes long"),
    client: { address: "127.0.0.1", port: 40_000 },
  },
  nowMs: 0,
  random: seededRandom(1),
  datagramCount: 64,
};

const INVENTORS = ATTACKS.filter(({ content }) => content === "invented");

describe.each(INVENTORS)("$name", (attack) => {
  test("sends no more than it may, from where it is said to", () => {
    const datagrams = forgeAll(attack, KNOWN);
    const sources = new Set(datagrams.map(({ source }) => formatEndpoint(source)));
    expect(datagrams).toHaveLength(attack.datagrams === "one" ? 1 : 64);
    expect([...sources]).toEqual([formatEndpoint(KNOWN[attack.source])]);
  });

  test("sends to each port once where it does not know the port", () => {
    const clientPorts = { first: 50_000, count: 256 };
    const datagrams = forgeAll(attack, { ...KNOWN, clientPorts });
    const ports = datagrams.map(({ destination }) => destination.port);
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every((port) => port >= 50_000 && port < 50_256)).toBe(true);
  });
});

test("ids that are guessed are all different, one that is repeated is one, one that is seen is copied", () => {
  const idsOf = (name: string): readonly (bigint | undefined)[] =>
    ATTACKS.filter((attack) => attack.name === name)
      .flatMap((attack) => forgeAll(attack, KNOWN))
      .map(({ payload }) => decodeFrame(payload)?.id);
  expect(new Set(idsOf("id-guessing")).size).toBe(64);
  expect(new Set(idsOf("near-misses")).size).toBe(1);
  expect(idsOf("id-copy")).toEqual([0x7fn]);
});

test("more guesses than there are ids are not made", () => {
  const [attack] = ATTACKS.filter(({ name }) => name === "id-guessing");
  const knowledge = { ...KNOWN, datagramCount: 256, idBits: 4 };
  expect(attack && forgeAll(attack, knowledge)).toHaveLength(16);
});

/** What the one attack of that name sends first. */
function firstOf(name: string, knowledge: Partial<Knowledge> = {}) {
  const attacks = ATTACKS.filter((attack) => attack.name === name);
  return attacks.flatMap((attack) => forgeAll(attack, { ...KNOWN, ...knowledge }))[0];
}

test("a request that is said to be too big is one from the client to the server", () => {
  const request = firstOf("packet-too-big");
  expect(request).toMatchObject({
    source: { address: "127.0.0.1", port: 40_831 },
    destination: KNOWN.server,
  });
  expect(request && decodeFrame(request.payload)).toMatchObject({ kind: "request", text: "?" });
});

test("an answer that is altered keeps its length", () => {
  const payload = firstOf("altered-bytes")?.payload;
  expect(new TextDecoder().decode(payload)).toBe("Your data was 28 bytes fine");
});

test("a late answer goes where it was asked for, a replay where one is awaited", () => {
  const ports = ["late-answer", "replay"].map((name) => firstOf(name)?.destination.port);
  expect(ports).toEqual([40_000, 40_831]);
});
