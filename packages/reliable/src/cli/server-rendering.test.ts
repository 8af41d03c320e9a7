import { expect, test } from "bun:test";
import { ReplyGuard } from "@udp/core";
import type { LinkCounters } from "@udp/core/simulation";
import { safeParse } from "valibot";
import { documentSchemas } from "../documents.ts";
import type { RequestServerCounters } from "../server.ts";
import { serverCounters } from "../server-counters.ts";
import { dropped, ignored, listening, request, summary } from "./server-rendering.ts";

const CLIENT = { address: "127.0.0.1", port: 41_945 };
const PAYLOAD = new TextEncoder().encode("This is another message");
const DATAGRAM = { from: CLIENT, payload: PAYLOAD };

const NOTHING = serverCounters(new ReplyGuard({ local: CLIENT, isOwnReply: () => false }).refusals);

const QUIET: RequestServerCounters = {
  ...NOTHING,
  receivedCount: 1,
  executedCount: 1,
  rememberedCount: 1,
  plainCount: 0,
  sent: { ...NOTHING.sent, answer: 1 },
};

const BUSY: RequestServerCounters = {
  ...QUIET,
  receivedCount: 9,
  executedCount: 2,
  duplicateCount: 3,
  unsentCount: 1,
  plainCount: 1,
  sent: { ...QUIET.sent, answer: 5 },
  ignored: {
    ...QUIET.ignored,
    malformed: 1,
    refusals: { ...QUIET.ignored.refusals, "own-reply": 2 },
  },
};

const LINK: LinkCounters = {
  sent: 1,
  dropped: 0,
  lost: 0,
  overflowed: 0,
  passed: 1,
  duplicated: 0,
  delivered: 1,
  reordered: 0,
};

const BAD_LINK: LinkCounters = { ...LINK, sent: 12, dropped: 4, lost: 4, duplicated: 1 };
const SLOW = { counters: BAD_LINK, heldBackCount: 2 };

test("what the server shows", () => {
  const lines = [
    listening({ address: "::", port: 1060 }),
    dropped(DATAGRAM),
    request(DATAGRAM),
    ignored({ ...DATAGRAM, reason: "own-reply" }, 0),
    ignored({ ...DATAGRAM, reason: "malformed" }, 7),
  ].map(({ text }) => text());
  expect(lines).toEqual([
    "Listening at [::]:1060",
    "Pretending to drop packet from 127.0.0.1:41945",
    'The client at 127.0.0.1:41945 says "This is another message"',
    'Not answered: 127.0.0.1:41945 (own-reply) says "This is another message"',
    'Not answered: 127.0.0.1:41945 (malformed, as 7 before) says "This is another message"',
  ]);
});

test("summary of one request", () => {
  expect(summary(QUIET, { counters: LINK, heldBackCount: 0 }, 0).text().split("\n")).toEqual([
    "Received 1 datagram: pretended to drop 0, ignored 0",
    "Carried out 1 request",
    "Sent 1 (answer 1)",
  ]);
});

test("summary of everything that can happen", () => {
  const { text, document } = summary(BUSY, SLOW, 5);
  expect([text().split("\n"), document()]).toEqual([
    [
      "Received 12 datagrams: pretended to drop 4, to receive 1 twice, ignored 3 (malformed 1, own-reply 2)",
      "Carried out 3 requests, and 3 more arrivals of them not again",
      "Sent 6 (answer 5, plain 1)",
      "Held back, and not looked at: 2",
      "Answers that the system did not take: 1",
      "Lines left out for a slow reader: 5",
    ],
    {
      schema: "udp-reliable/1",
      kind: "summary",
      receivedCount: 12,
      droppedCount: 4,
      doubledCount: 1,
      heldBackCount: 2,
      executedCount: 3,
      duplicateCount: 3,
      sent: { ...BUSY.sent, plain: 1 },
      unsentCount: 1,
      ignoredCount: 3,
      ignored: expect.objectContaining({ malformed: 1, "own-reply": 2, foreign: 0 }),
      droppedLineCount: 5,
    },
  ]);
});

test("every document is what its schema says", () => {
  const documents = [
    listening(CLIENT).document(),
    dropped(DATAGRAM).document(),
    request(DATAGRAM).document(),
    ignored({ ...DATAGRAM, reason: "unauthenticated" }, 3).document(),
    summary(BUSY, SLOW, 1).document(),
  ];
  const issues = documents.flatMap(
    (document) => safeParse(documentSchemas[document.kind], document).issues ?? [],
  );
  expect(issues).toEqual([]);
});
