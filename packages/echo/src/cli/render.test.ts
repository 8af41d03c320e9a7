import { describe, expect, test } from "bun:test";
import type { ReplyVerdict } from "@udp/core";
import { safeParse } from "valibot";
import type { EchoReply, IgnoredReply } from "../client.ts";
import { documentSchemas } from "../documents.ts";
import type { EchoCounters } from "../echo-session.ts";
import type { EchoRequest } from "../server.ts";
import { assigned, deceived, ignored, listening, reply, request, summary } from "./render.ts";

const CLIENT = { address: "127.0.0.1", port: 33_534 };
const SERVER = { address: "::1", port: 1060 };

const NOT_TEXT = Uint8Array.of(0xe4, 0xff);

const NO_REFUSALS: EchoCounters["refusals"] = {
  "source-address": 0,
  "source-port": 0,
  self: 0,
  "own-reply": 0,
  loop: 0,
  "rate-per-source": 0,
  "rate-total": 0,
  amplification: 0,
  "too-short": 0,
  malformed: 0,
  "wrong-hmac": 0,
  replayed: 0,
  "no-room": 0,
};

const VERDICT_COUNTS: Record<ReplyVerdict, number> = {
  accepted: 1,
  "wrong-address": 0,
  "wrong-port": 2,
  "wrong-id": 0,
  late: 0,
  duplicate: 0,
  malformed: 0,
};

const REPLY: EchoReply = {
  local: { address: "::", port: 40_831 },
  server: SERVER,
  from: SERVER,
  payload: bytes("Your data was 38 bytes long"),
  rttMs: 0.25,
  verdictCounts: VERDICT_COUNTS,
};

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

const LISTENING = { local: SERVER, engine: "portable", engineObstacle: undefined } as const;

test("listening", () => {
  const { text, document } = listening(LISTENING);
  expect([text(), document()]).toEqual([
    "Listening at [::1]:1060",
    {
      schema: "udp-echo/1",
      kind: "listening",
      local: "[::1]:1060",
      engine: "portable",
      engineObstacle: null,
    },
  ]);
});

test("listening with another engine than was to be expected", () => {
  const { text, document } = listening({ ...LISTENING, engineObstacle: "the kernel is old" });
  expect([text(), document().engineObstacle]).toEqual([
    "Listening at [::1]:1060 (engine portable, since the kernel is old)",
    "the kernel is old",
  ]);
});

describe("request", () => {
  test("answered", () => {
    const answered = { from: CLIENT, payload: bytes('it\'s "你"\x1b'), refusal: undefined };
    const { text, document } = request(answered, 0);
    expect([text(), document()]).toEqual([
      'The client at 127.0.0.1:33534 says "it\'s \\"你\\"\\x1b"',
      {
        schema: "udp-echo/1",
        kind: "request",
        client: "127.0.0.1:33534",
        refusal: null,
        unshownCount: 0,
        payload: { bytes: 11, text: 'it\'s "你"\x1b', base64: null },
      },
    ]);
  });

  test("refused, and not text", () => {
    const refused: EchoRequest = { from: CLIENT, payload: NOT_TEXT, refusal: "own-reply" };
    const { text, document } = request(refused, 2);
    expect([text(), request(refused, 0).text(), document()]).toEqual([
      'Not answered: 127.0.0.1:33534 (own-reply, as 2 before) says "\\xe4\\xff"',
      'Not answered: 127.0.0.1:33534 (own-reply) says "\\xe4\\xff"',
      {
        schema: "udp-echo/1",
        kind: "request",
        client: "127.0.0.1:33534",
        refusal: "own-reply",
        unshownCount: 2,
        payload: { bytes: 2, text: null, base64: "5P8=" },
      },
    ]);
  });

  test("empty, and long", () => {
    const lines = [new Uint8Array(), bytes("#".repeat(101))].map((payload) =>
      request({ from: CLIENT, payload, refusal: undefined }, 0).text(),
    );
    expect(lines).toEqual([
      'The client at 127.0.0.1:33534 says ""',
      `The client at 127.0.0.1:33534 says "${"#".repeat(100)}"… (1 more byte)`,
    ]);
  });
});

describe("summary", () => {
  test("of one datagram", () => {
    const counters = { receivedCount: 1, repliedCount: 1, unsentCount: 0, refusals: NO_REFUSALS };
    expect(summary(counters, 0).text()).toBe("Received 1 datagram: answered 1, refused 0");
  });

  test("of everything that can happen", () => {
    const refusals = { ...NO_REFUSALS, loop: 2, "source-port": 3 };
    const counters = { receivedCount: 9, repliedCount: 3, unsentCount: 1, refusals };
    const { text, document } = summary(counters, 5);
    expect([text().split("\n"), document()]).toEqual([
      [
        "Received 9 datagrams: answered 3, refused 5 (source-port 3, loop 2)",
        "Replies that the system did not take: 1",
        "Lines left out for a slow reader: 5",
      ],
      {
        schema: "udp-echo/1",
        kind: "summary",
        receivedCount: 9,
        repliedCount: 3,
        unsentCount: 1,
        refusedCount: 5,
        refusals,
        droppedLineCount: 5,
      },
    ]);
  });
});

describe("reply", () => {
  test("as text and as a document", () => {
    const { text, document } = reply(REPLY);
    expect([text(), document()]).toEqual([
      'The server [::1]:1060 replied "Your data was 38 bytes long"',
      {
        schema: "udp-echo/1",
        kind: "reply",
        local: "[::]:40831",
        server: "[::1]:1060",
        from: "[::1]:1060",
        payload: { bytes: 27, text: "Your data was 38 bytes long", base64: null },
        rttMs: 0.25,
        verdictCounts: VERDICT_COUNTS,
      },
    ]);
  });

  test("from elsewhere", () => {
    const forged = { ...REPLY, from: CLIENT };
    expect([reply(forged).text(), deceived(forged)]).toEqual([
      'The server 127.0.0.1:33534 replied "Your data was 38 bytes long"',
      "this answer came from 127.0.0.1:33534, and [::1]:1060 was asked; without --accept-any it is ignored",
    ]);
  });
});

test.each([
  [1023, "well-known"],
  [40_831, "registered"],
  [49_152, "dynamic"],
])("assigned: port %i is in the %s range", (port, name) => {
  const local = { address: "0.0.0.0", port };
  expect([
    assigned(local, { firstPort: 32_768, lastPort: 60_999 }),
    assigned(local, undefined),
  ]).toEqual([
    `The OS assigned me the address 0.0.0.0:${port} (${name} range; this system draws from 32768–60999)`,
    `The OS assigned me the address 0.0.0.0:${port} (${name} range)`,
  ]);
});

test.each<[IgnoredReply["verdict"], string]>([
  ["wrong-address", "not the server I asked"],
  ["wrong-port", "not the server I asked"],
  ["duplicate", "answered already"],
])("ignored: %s", (verdict, because) => {
  expect(ignored({ from: CLIENT, payload: bytes("fine"), verdict })).toBe(
    `Ignored a reply from 127.0.0.1:33534: ${because}`,
  );
});

test("every document is what its schema says", () => {
  const counters = { receivedCount: 0, repliedCount: 0, unsentCount: 0, refusals: NO_REFUSALS };
  const documents = [
    listening(LISTENING).document(),
    request({ from: CLIENT, payload: new Uint8Array(), refusal: "self" }, 3).document(),
    summary(counters, 0).document(),
    reply(REPLY).document(),
  ];
  const issues = documents.flatMap(
    (document) => safeParse(documentSchemas[document.kind], document).issues ?? [],
  );
  expect(issues).toEqual([]);
});
