import { expect, test } from "bun:test";
import { safeParse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { ReflectorCounters } from "../reflector-session.ts";
import { listening, request, summary } from "./reflector-rendering.ts";

const CLIENT = { address: "127.0.0.1", port: 33_534 };
const PAYLOAD = new Uint8Array(1472);

const QUIET: ReflectorCounters = {
  receivedCount: 1,
  sent: { acknowledgement: 1, cookie: 0, "sized-datagram": 0, refusal: 0 },
  sizedPayloadBytes: 0,
  refusedSized: { cookie: 0, budget: 0, "too-large": 0 },
  unsentCount: 0,
  ignored: {
    foreign: 0,
    malformed: 0,
    refusals: {
      "source-address": 0,
      "source-port": 0,
      self: 0,
      "own-reply": 0,
      loop: 0,
      "rate-per-source": 0,
      "rate-total": 0,
      amplification: 0,
    },
  },
};

const BUSY: ReflectorCounters = {
  ...QUIET,
  receivedCount: 12,
  sent: { acknowledgement: 4, cookie: 1, "sized-datagram": 2, refusal: 1 },
  sizedPayloadBytes: 2944,
  refusedSized: { cookie: 0, budget: 1, "too-large": 0 },
  unsentCount: 1,
  ignored: { ...QUIET.ignored, foreign: 3, refusals: { ...QUIET.ignored.refusals, loop: 1 } },
};

const REQUEST = { from: CLIENT, payload: PAYLOAD, answer: undefined, ignored: undefined };

test.each([
  [
    { ...REQUEST, answer: "acknowledgement" },
    0,
    "The client at 127.0.0.1:33534 sent 1472 bytes and got an acknowledgement",
  ],
  [
    REQUEST,
    0,
    "The client at 127.0.0.1:33534 sent 1472 bytes and got nothing: the system did not take the answer",
  ],
  [
    { ...REQUEST, ignored: "foreign" },
    0,
    "Not answered: 127.0.0.1:33534 (foreign) sent 1472 bytes",
  ],
  [
    { ...REQUEST, ignored: "loop", payload: new Uint8Array(1) },
    7,
    "Not answered: 127.0.0.1:33534 (loop, as 7 before) sent 1 byte",
  ],
] as const)("request: %#", (event, unshownCount, text) => {
  expect(request(event, unshownCount).text()).toBe(text);
});

test("summary: of one probe, and of everything that can happen", () => {
  expect([summary(QUIET, 0).text(), summary(BUSY, 5).text().split("\n")]).toEqual([
    "Received 1 datagram: answered 1 (acknowledgement 1), ignored 0",
    [
      "Received 12 datagrams: answered 8 (acknowledgement 4, cookie 1, sized-datagram 2, refusal 1), ignored 4 (foreign 3, loop 1)",
      "Sent back on request: 2944 bytes",
      "Not sent back on request: 1 (budget 1)",
      "Answers that the system did not take: 1",
      "Lines left out for a slow reader: 5",
    ],
  ]);
});

test("every document is what its schema says", () => {
  const documents = [
    listening({ address: "::1", port: 1060 }).document(),
    request({ ...REQUEST, ignored: "malformed" }, 3).document(),
    summary(BUSY, 1).document(),
  ];
  const issues = documents.flatMap(
    (document) => safeParse(documentSchemas[document.kind], document).issues ?? [],
  );
  expect(issues).toEqual([]);
});
