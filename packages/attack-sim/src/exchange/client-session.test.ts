import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { seededRandom } from "@udp/core";
import fc from "fast-check";
import { parseCombination } from "../defences/defence.ts";
import type { Judgement } from "./client-session.ts";
import { ClientSession } from "./client-session.ts";
import type { ExchangeFrame } from "./frame.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";

const SERVER: Endpoint = { address: "127.0.0.2", port: 1060 };
const STRANGER: Endpoint = { address: "127.0.0.66", port: 1060 };
const KEY = new TextEncoder().encode("a key that is shared");
const FINE = new TextEncoder().encode("fine");
const NOW_MS = 1_000_000;

function open(defences: string): ClientSession {
  const { rules } = parseCombination(defences);
  return new ClientSession({ server: SERVER, rules, random: seededRandom(1), key: KEY });
}

/** A client that has asked, and the frame that it sent. */
function asked(defences: string): { session: ClientSession; request: ExchangeFrame } {
  const session = open(defences);
  const [payload = new Uint8Array()] = session.ask("?", 1, NOW_MS);
  const request = decodeFrame(payload);
  if (request === undefined) throw new Error(`${defences} has no frames`);
  return { session, request };
}

/** The true answer, or one that differs from it. */
function answerTo(request: ExchangeFrame, changes: Partial<ExchangeFrame> = {}, key = KEY) {
  return encodeFrame({ ...request, kind: "answer", text: "true", ...changes }, key);
}

test("without defences the first datagram is believed, whatever and whoever", () => {
  const session = open("none");
  session.ask("?", 1, NOW_MS);
  const judgements = [FINE, FINE].map((payload) => session.receive(payload, STRANGER, NOW_MS));
  expect([judgements, session.state, session.answer]).toEqual([
    ["believed", "over"],
    "believed",
    "fine",
  ]);
});

test("the true answer is believed under everything", () => {
  const { session, request } = asked("everything");
  expect(session.receive(answerTo(request), SERVER, NOW_MS)).toBe("believed");
  expect(session.answer).toBe("true");
});

describe("what differs from the true answer is ignored", () => {
  const { request } = asked("id-64+hmac+time-window+patience");
  const cases: readonly [Judgement, Uint8Array, Endpoint?][] = [
    ["wrong-address", answerTo(request), STRANGER],
    ["wrong-port", answerTo(request), { ...SERVER, port: 1061 }],
    ["wrong-id", answerTo(request, { id: request.id ^ 1n })],
    ["bad-mac", answerTo(request, {}, FINE)],
    ["bad-mac", encodeFrame({ ...request, kind: "answer", text: "fine" })],
    ["malformed", FINE],
    ["malformed", answerTo(request, { kind: "request" })],
    ["stale", answerTo(request, { sentAtMs: NOW_MS - 30_001 })],
    ["stale", answerTo(request, { sentAtMs: NOW_MS + 30_001 })],
  ];

  test.each(cases)("%s", (judgement, payload, from = SERVER) => {
    const { session } = asked("source-check+id-64+hmac+time-window+patience");
    expect(session.receive(payload, from, NOW_MS)).toBe(judgement);
    expect([session.state, session.ignoredCount]).toEqual(["waiting", 1]);
    expect(session.receive(answerTo(request), SERVER, NOW_MS)).toBe("believed");
  });
});

test("a sequence number is believed once", () => {
  const { session, request } = asked("hmac+replay-window+patience");
  session.receive(answerTo(request, { sequence: 9 }), SERVER, NOW_MS);
  session.ask("again?", 1, NOW_MS);
  const judgements = [9, 10].map((sequence) =>
    session.receive(answerTo(request, { sequence }), SERVER, NOW_MS),
  );
  expect(judgements).toEqual(["replayed", "believed"]);
});

test("the answer to a request that was given up is late", () => {
  const { session, request } = asked("id-64+patience");
  session.abandon();
  session.ask("again?", 1, NOW_MS);
  expect(session.receive(answerTo(request), SERVER, NOW_MS)).toBe("late");
});

test("without patience a wrong answer ends the exchange", () => {
  const { session, request } = asked("id-64");
  session.receive(answerTo(request, { id: 0n }), SERVER, NOW_MS);
  const judgement = session.receive(answerTo(request), SERVER, NOW_MS);
  expect([judgement, session.state]).toEqual(["over", "gave-up"]);
});

describe("an alarm", () => {
  test.each([
    ["a wrong id", { id: 0n }, KEY],
    ["a wrong MAC", {}, FINE],
  ])("is raised by %s", (_what, changes, key) => {
    const { session, request } = asked("id-64+hmac+patience+alarm");
    session.receive(answerTo(request, changes, key), SERVER, NOW_MS);
    const judgement = session.receive(answerTo(request), SERVER, NOW_MS);
    expect([judgement, session.state]).toEqual(["over", "alarmed"]);
  });

  test("is not raised by what comes from elsewhere", () => {
    const { session, request } = asked("source-check+id-64+patience+alarm");
    session.receive(answerTo(request, { id: 0n }), STRANGER, NOW_MS);
    expect(session.state).toBe("waiting");
  });
});

test("equal requests go out as often as they are wanted, or once", () => {
  const counts = ["id-64", "id-64+one-in-flight"].map(
    (defences) => open(defences).ask("?", 8, NOW_MS).length,
  );
  expect(counts).toEqual([8, 1]);
});

describe("a Packet Too Big", () => {
  const { request } = asked("id-64+patience");
  const quoted = { destination: SERVER, mtuBytes: 576 };

  test("is believed where it quotes what was sent, and answers nothing", () => {
    const { session } = asked("id-64+patience");
    const quotedPayload = encodeFrame(request);
    expect(session.receiveTooBig({ ...quoted, quotedPayload }, NOW_MS)).toBe("believed");
    expect([session.mtuBytes, session.state]).toEqual([576, "waiting"]);
  });

  test("is not, and ends nothing, where it quotes something else", () => {
    const { session } = asked("id-64");
    const quotedPayload = encodeFrame({ ...request, id: 0n });
    expect(session.receiveTooBig({ ...quoted, quotedPayload }, NOW_MS)).toBe("wrong-id");
    expect([session.mtuBytes, session.state]).toEqual([undefined, "waiting"]);
  });
});

test("property: no bytes from anywhere throw, and only the true answer is believed", () => {
  const from = fc.constantFrom(SERVER, STRANGER);
  const payload = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(payload, from), { maxLength: 20 }), (arrivals) => {
      const { session, request } = asked("source-check+id-64+hmac+patience");
      for (const [bytes, source] of arrivals) {
        expect(session.receive(bytes, source, NOW_MS)).not.toBe("believed");
        session.receiveTooBig({ quotedPayload: bytes, destination: source, mtuBytes: 0 }, NOW_MS);
      }
      expect([session.ignoredCount, session.mtuBytes]).toEqual([2 * arrivals.length, undefined]);
      expect(session.receive(answerTo(request), SERVER, NOW_MS)).toBe("believed");
    }),
  );
});
