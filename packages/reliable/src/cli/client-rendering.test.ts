import { expect, test } from "bun:test";
import { safeParse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { Outcome } from "./client-rendering.ts";
import { outcome, socketName, waiting } from "./client-rendering.ts";

const ANSWERED: Outcome = {
  local: { address: "127.0.0.1", port: 53_699 },
  server: { address: "127.0.0.1", port: 1060 },
  isPlain: false,
  waitsMs: [100, 200],
  elapsedMs: 101.5,
  faults: { foreign: 1, "other-version": 0, malformed: 2, unauthenticated: 0, "not-an-answer": 0 },
  reply: new TextEncoder().encode("Your data was 23 bytes long"),
};

test("socketName", () => {
  expect(socketName(ANSWERED.local)).toBe("Client socket name is 127.0.0.1:53699");
});

test.each([
  [100, "0.1"],
  [1600, "1.6"],
  [1234.5, "1.23"],
  [100_000, "100"],
  [0.25, "0.00025"],
])("waiting %d ms", (waitMs, seconds) => {
  expect(waiting(waitMs)).toBe(`Waiting up to ${seconds} seconds for a reply`);
});

test("outcome: answered", () => {
  const { text, document } = outcome(ANSWERED);
  const first = outcome({ ...ANSWERED, waitsMs: [100], elapsedMs: 0.5 });
  expect([text(), first.text(), document()]).toEqual([
    'The server says "Your data was 23 bytes long" (2 tries, 102 ms)',
    'The server says "Your data was 23 bytes long" (1 try, 0.5 ms)',
    {
      schema: "udp-reliable/1",
      kind: "outcome",
      local: "127.0.0.1:53699",
      server: "127.0.0.1:1060",
      isPlain: false,
      answered: true,
      attempts: 2,
      waitsMs: [100, 200],
      elapsedMs: 101.5,
      ignoredCount: 3,
      ignored: ANSWERED.faults,
      reply: { bytes: 27, text: "Your data was 23 bytes long", base64: null },
    },
  ]);
});

test("outcome: not answered", () => {
  const { text, document } = outcome({ ...ANSWERED, isPlain: true, reply: undefined });
  expect([text(), document()]).toEqual([
    "No answer (2 tries, 102 ms)",
    expect.objectContaining({ isPlain: true, answered: false, attempts: 2, reply: null }),
  ]);
});

test("what drives a terminal is shown escaped", () => {
  const reply = new TextEncoder().encode("\u001b[2J");
  expect(outcome({ ...ANSWERED, reply }).text()).toContain('says "\\x1b[2J"');
});

test("every document is what its schema says", () => {
  const documents = [ANSWERED, { ...ANSWERED, reply: undefined }].map((shown) =>
    outcome(shown).document(),
  );
  const issues = documents.flatMap(
    (document) => safeParse(documentSchemas.outcome, document).issues ?? [],
  );
  expect(issues).toEqual([]);
});
