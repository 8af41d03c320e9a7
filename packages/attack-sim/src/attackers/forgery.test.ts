import { describe, expect, test } from "bun:test";
import { formatEndpoint, seededRandom } from "@udp/core";
import { decodeFrame } from "../exchange/frame.ts";
import { ATTACKS } from "./catalogue.ts";
import type { Knowledge } from "./forgery.ts";
import { alterAnswer, inventAnswers, inventRequests } from "./forgery.ts";

const KNOWN: Knowledge = {
  clientAddress: "127.0.0.1",
  clientPorts: { first: 40_831, count: 1 },
  server: { address: "127.0.0.2", port: 1060 },
  own: { address: "127.0.0.66", port: 6666 },
  idBits: 8,
  hasFrames: true,
  id: 0x7fn,
  nowMs: 0,
  random: seededRandom(1),
  datagramCount: 64,
};

const INVENTORS = ATTACKS.filter(({ content }) => content === "invented");

describe.each(INVENTORS)("$name", (attack) => {
  test("sends no more than it may, from where it is said to", () => {
    const datagrams = inventAnswers(attack, KNOWN);
    const sources = new Set(datagrams.map(({ source }) => formatEndpoint(source)));
    expect(datagrams).toHaveLength(attack.datagrams === "one" ? 1 : 64);
    expect([...sources]).toEqual([formatEndpoint(KNOWN[attack.source])]);
  });

  test("sends to each port once where it does not know the port", () => {
    const clientPorts = { first: 50_000, count: 256 };
    const datagrams = inventAnswers(attack, { ...KNOWN, clientPorts });
    const ports = datagrams.map(({ destination }) => destination.port);
    expect(new Set(ports).size).toBe(ports.length);
    expect(ports.every((port) => port >= 50_000 && port < 50_256)).toBe(true);
  });
});

test("ids that are guessed are all different, one that is repeated is one, one that is seen is copied", () => {
  const idsOf = (name: string): readonly (bigint | undefined)[] =>
    ATTACKS.filter((attack) => attack.name === name)
      .flatMap((attack) => inventAnswers(attack, KNOWN))
      .map(({ payload }) => decodeFrame(payload)?.id);
  expect(new Set(idsOf("id-guessing")).size).toBe(64);
  expect(new Set(idsOf("near-misses")).size).toBe(1);
  expect(idsOf("id-copy")).toEqual([0x7fn]);
});

test("more guesses than there are ids are not made", () => {
  const [attack] = ATTACKS.filter(({ name }) => name === "id-guessing");
  const knowledge = { ...KNOWN, datagramCount: 256, idBits: 4 };
  expect(attack && inventAnswers(attack, knowledge)).toHaveLength(16);
});

test("a request that is quoted is one from the client to the server", () => {
  const [attack] = ATTACKS.filter(({ content }) => content === "too-big");
  const [request] = attack === undefined ? [] : inventRequests(attack, KNOWN, "?");
  expect(request).toMatchObject({
    source: { address: "127.0.0.1", port: 40_831 },
    destination: KNOWN.server,
  });
  expect(request && decodeFrame(request.payload)).toMatchObject({ kind: "request", text: "?" });
});

test("an answer that is altered keeps its length, and its header", () => {
  const answer = new TextEncoder().encode("Your data was 28 bytes long");
  expect(new TextDecoder().decode(alterAnswer(answer))).toBe("Your data was 28 bytes fine");
});
