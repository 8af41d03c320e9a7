import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import {
  ADDRESS_COOKIE_LIFETIME_NS,
  HostAddresses,
  msToNs,
  ReplyGuard,
  seededRandom,
} from "@udp/core";
import fc from "fast-check";
import type { RequestFrame, ServerFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, HEADER_BYTES } from "./frame.ts";
import { frameLimits, maxAnswerBytes } from "./limits.ts";
import type { Reception, ServerSessionOptions } from "./server-session.ts";
import { ServerSession } from "./server-session.ts";

const SERVER: Endpoint = { address: "192.0.2.1", port: 7007 };
const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
const BOOT = "0a".repeat(8);
const LIMITS = frameLimits({});
const KEY = new Uint8Array(32).fill(7);

const REQUEST: RequestFrame = {
  type: "request",
  id: "01".repeat(16),
  attempt: 1,
  bootId: undefined,
  cookie: undefined,
  payload: new TextEncoder().encode("question"),
};

/** A server in virtual time. */
class Bench {
  readonly session: ServerSession;
  readonly #key: Uint8Array | undefined;
  nowMs: number;

  constructor(options: Partial<ServerSessionOptions> = {}, nowMs = 0) {
    this.nowMs = nowMs;
    this.#key = options.key;
    const guard = new ReplyGuard({
      local: SERVER,
      isOwnReply: () => false,
      hostAddresses: new HostAddresses({}),
    });
    this.session = new ServerSession(
      {
        ...LIMITS,
        guard,
        bootId: BOOT,
        acknowledgeAfterMs: 50,
        requiresCookie: false,
        random: seededRandom(1),
        ...options,
      },
      msToNs(nowMs),
    );
  }

  receive(frame: Partial<RequestFrame> = {}, from = CLIENT): Reception {
    const bytes = encodeFrame({ ...REQUEST, ...frame }, this.#key);
    return this.session.receive(bytes, from, msToNs(this.nowMs));
  }

  finish(text: string, id = REQUEST.id): void {
    const payload = new TextEncoder().encode(text);
    this.session.finish(id, { type: "answer", payload }, msToNs(this.nowMs));
  }

  /** What leaves now, as the client reads it. */
  sent(): ServerFrame[] {
    return this.session.poll(msToNs(this.nowMs)).map(({ payload }) => {
      const frame = decodeFrame(payload, this.#key);
      if (typeof frame === "string" || frame.type === "request") throw new Error("no answer");
      return frame;
    });
  }

  sentTypes(): string[] {
    return this.sent().map(({ type }) => type);
  }

  /** A request with a cookie that was asked for. */
  validated(frame: Partial<RequestFrame> = {}, from = CLIENT): Reception {
    this.receive({ ...frame, id: "ee".repeat(16) }, from);
    const [challenge] = this.sent();
    const cookie = challenge?.type === "cookie" ? Uint8Array.from(challenge.cookie) : undefined;
    return this.receive({ ...frame, cookie }, from);
  }
}

function textOf(frame: ServerFrame | undefined): string | undefined {
  return frame?.type === "answer" ? new TextDecoder().decode(frame.payload) : undefined;
}

describe("a request", () => {
  test("is carried out, and its answer names the transmission and how long it was held", () => {
    const bench = new Bench();
    const { execution } = bench.receive();
    bench.nowMs = 3;
    bench.finish("answer");
    const [frame] = bench.sent();
    expect([new TextDecoder().decode(execution?.payload), frame]).toMatchObject([
      "question",
      { type: "answer", id: REQUEST.id, attempt: 1, bootId: BOOT, heldUs: 3000 },
    ]);
  });

  test("is carried out once, however often it comes, and answered each time", () => {
    const bench = new Bench();
    const executions = [1, 2].map((attempt) => bench.receive({ attempt }).execution);
    bench.finish("answer");
    bench.finish("another answer");
    executions.push(bench.receive({ attempt: 3 }).execution);
    const answers = bench.sent().filter(({ type }) => type === "answer");
    expect(executions.map((execution) => execution !== undefined)).toEqual([true, false, false]);
    expect(answers.map((frame) => [frame.attempt, textOf(frame)])).toEqual([
      [2, "answer"],
      [3, "answer"],
    ]);
    expect(bench.session.counters).toMatchObject({ executedCount: 1, duplicateCount: 2 });
  });

  test("is answered where it was asked from last", () => {
    const bench = new Bench();
    const elsewhere = { ...CLIENT, port: 40_832 };
    bench.receive();
    bench.receive({ attempt: 2 }, elsewhere);
    bench.session.poll(0);
    bench.finish("answer");
    expect(bench.session.poll(0).map(({ to }) => to)).toEqual([elsewhere]);
  });

  test("that takes long is acknowledged once by itself, and whenever it comes again", () => {
    const bench = new Bench();
    bench.receive();
    expect([bench.sentTypes(), bench.session.nextDeadlineNs()]).toEqual([[], msToNs(50)]);
    bench.nowMs = 50;
    const types = [bench.sentTypes()];
    bench.nowMs = 500;
    types.push(bench.sentTypes());
    bench.receive({ attempt: 2 });
    types.push(bench.sentTypes());
    expect(types).toEqual([["acknowledgement"], [], ["acknowledgement"]]);
  });

  test("that is answered soon is not acknowledged", () => {
    const bench = new Bench();
    bench.receive();
    bench.finish("answer");
    bench.nowMs = 100;
    expect(bench.sentTypes()).toEqual(["answer"]);
  });

  test("whose answer is too large gets told the limit, and no more", () => {
    const bench = new Bench();
    bench.receive();
    bench.finish("x".repeat(maxAnswerBytes(LIMITS) + 1));
    expect(bench.sent()).toMatchObject([{ type: "too-large", limitBytes: maxAnswerBytes(LIMITS) }]);
  });

  test("whose handler failed is answered so each time", () => {
    const bench = new Bench();
    bench.receive();
    const payload = new TextEncoder().encode("no such account");
    bench.session.finish(REQUEST.id, { type: "error", payload }, 0);
    bench.receive({ attempt: 2 });
    expect(bench.sentTypes()).toEqual(["error", "error"]);
  });

  test("of a server that is no more is refused, with the time since the start", () => {
    const bench = new Bench();
    bench.nowMs = 1234;
    const { execution } = bench.receive({ bootId: "0b".repeat(8) });
    expect([execution, bench.sent()]).toMatchObject([
      undefined,
      [{ type: "stale-boot", uptimeMs: 1234, bootId: BOOT }],
    ]);
  });
});

describe("a full memory", () => {
  test("carries nothing out, and forgets nothing before its time", () => {
    const bench = new Bench({ maxEntries: 1 });
    bench.receive();
    bench.finish("answer");
    const other = "02".repeat(16);
    const executions = [bench.receive({ id: other }).execution];
    executions.push(bench.receive({ attempt: 2 }).execution);
    expect([executions, bench.sentTypes()]).toEqual([
      [undefined, undefined],
      ["answer", "busy", "answer"],
    ]);
    bench.nowMs = LIMITS.lifetimeMs;
    bench.session.poll(msToNs(bench.nowMs));
    expect(bench.receive({ id: other }).execution).toBeDefined();
  });
});

describe("an address that nobody has shown to be right", () => {
  const LARGE = "x".repeat(1000);

  test("is sent no more than three times what came from there, and a cookie instead", () => {
    const bench = new Bench();
    bench.receive();
    bench.finish(LARGE);
    const [challenge] = bench.sent();
    if (challenge?.type !== "cookie") throw new Error("expected a cookie");
    bench.receive({ attempt: 2, cookie: challenge.cookie });
    expect(bench.sent().map(textOf)).toEqual([LARGE]);
  });

  test("as much as it has sent itself is enough", () => {
    const bench = new Bench();
    bench.receive({ payload: new Uint8Array(300) });
    bench.finish(LARGE);
    expect(bench.sentTypes()).toEqual(["answer"]);
  });

  test("another one's cookie, an old one and an invented one are no good", () => {
    const bench = new Bench({ requiresCookie: true });
    bench.receive();
    const [challenge] = bench.sent();
    if (challenge?.type !== "cookie") throw new Error("expected a cookie");
    const { cookie } = challenge;
    const executed = [
      bench.receive({ cookie }, { ...CLIENT, port: 40_832 }),
      bench.receive({ cookie: new Uint8Array(24).fill(1) }),
    ];
    bench.nowMs = 2 * (ADDRESS_COOKIE_LIFETIME_NS / 1e6);
    executed.push(bench.receive({ cookie }));
    expect(executed.map(({ execution }) => execution)).toEqual([undefined, undefined, undefined]);
    expect(new Set(bench.sentTypes())).toEqual(new Set(["cookie"]));
  });

  test("cookies count as what it was sent", () => {
    const bench = new Bench();
    const types: string[][] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      bench.receive({ attempt, payload: new Uint8Array() });
      if (attempt === 1) bench.finish("x".repeat(337));
      types.push(bench.sentTypes());
    }
    // Each time a packet of 64 bytes comes. With two cookies of 88 an answer of 401 would make 577.
    expect(types).toEqual([["cookie"], ["cookie"], ["cookie"], ["answer"]]);
  });

  test("property: whatever comes, three times that leaves at most", () => {
    const steps = fc.array(
      fc.record({
        id: fc.constantFrom("01".repeat(16), "02".repeat(16)),
        attempt: fc.integer({ min: 1, max: 5 }),
        payloadBytes: fc.nat(600),
        finishes: fc.boolean(),
        waitMs: fc.constantFrom(0, 60),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(steps, fc.nat(1164), (all, answerBytes) => {
        const bench = new Bench();
        let receivedBytes = 0;
        let sentBytes = 0;
        for (const { payloadBytes, finishes, waitMs, ...frame } of all) {
          bench.receive({ ...frame, payload: new Uint8Array(payloadBytes) });
          receivedBytes += payloadBytes + HEADER_BYTES + 28;
          bench.nowMs += waitMs;
          if (finishes) bench.finish("x".repeat(answerBytes), frame.id);
          for (const { payload } of bench.session.poll(msToNs(bench.nowMs))) {
            sentBytes += payload.byteLength + 28;
          }
          expect(sentBytes).toBeLessThanOrEqual(3 * receivedBytes);
        }
      }),
    );
  });
});

describe("where a cookie is required", () => {
  test("nothing is carried out without one", () => {
    const bench = new Bench({ requiresCookie: true });
    expect(bench.receive().execution).toBeUndefined();
    expect(bench.sentTypes()).toEqual(["cookie"]);
    expect(bench.validated().execution).toBeDefined();
  });

  test("a key requires it too, so that an old frame is good for nothing", () => {
    const bench = new Bench({ key: KEY });
    bench.validated();
    bench.finish("answer");
    expect(bench.sentTypes()).toEqual(["answer"]);
    const replayed = encodeFrame(REQUEST, KEY);
    bench.nowMs = 2 * LIMITS.lifetimeMs;
    bench.session.poll(msToNs(bench.nowMs));
    const { execution } = bench.session.receive(replayed, CLIENT, msToNs(bench.nowMs));
    expect([execution, bench.sentTypes()]).toEqual([undefined, ["cookie"]]);
  });

  test("without the key nothing is answered", () => {
    const bench = new Bench({ key: KEY });
    const reception = bench.session.receive(encodeFrame(REQUEST), CLIENT, 0);
    expect([reception, bench.sentTypes()]).toEqual([{ ignored: "unauthenticated" }, []]);
  });
});

describe("what is no request", () => {
  test.each([
    ["foreign", new TextEncoder().encode("This is another message")],
    ["other-version", encodeFrame(REQUEST).fill(9, 4, 5)],
    ["malformed", encodeFrame(REQUEST).fill(0, 6, 8)],
    ["not-a-request", encodeFrame({ ...REQUEST, type: "busy", bootId: BOOT })],
  ] as const)("%s: nothing is answered, and it is counted", (ignored, bytes) => {
    const bench = new Bench();
    expect(bench.session.receive(bytes, CLIENT, 0)).toEqual({ ignored });
    expect([bench.sentTypes(), bench.session.counters.ignored[ignored]]).toEqual([[], 1]);
  });

  test("from where no client asks: refused by the guard", () => {
    const bench = new Bench();
    expect(bench.receive({}, { ...CLIENT, port: 53 })).toEqual({ ignored: "source-port" });
  });

  test("whatever bytes come, nothing is thrown, nothing is carried out", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const bench = new Bench();
        const { execution, ignored } = bench.session.receive(bytes, CLIENT, 0);
        expect([execution, typeof ignored]).toEqual([undefined, "string"]);
      }),
    );
  });
});

test("what is inspected looks the same at another time", () => {
  const situationAt = (nowMs: number): unknown => {
    const bench = new Bench({}, nowMs);
    bench.receive();
    bench.nowMs += 20;
    bench.receive({ id: "02".repeat(16) });
    bench.finish("answer");
    return bench.session.inspect(msToNs(bench.nowMs));
  };
  const situation = situationAt(0);
  expect(situation).toEqual(situationAt(5000));
  expect(situation).toMatchObject({
    bootId: BOOT,
    uptimeMs: 20,
    requests: [
      { id: REQUEST.id, arrivedMs: -20, result: "answer 616e73776572" },
      { arrivedMs: 0, expiresMs: LIMITS.lifetimeMs, result: undefined },
    ],
  });
});

test("a result that nobody waits for is nothing", () => {
  const bench = new Bench();
  bench.finish("answer");
  expect([bench.sentTypes(), bench.session.nextDeadlineNs()]).toEqual([[], undefined]);
});

describe("a memory that is half full", () => {
  const idOf = (number: number): string => number.toString(16).padStart(32, "0");
  const fromHost = (number: number): Endpoint => ({ address: `192.0.2.${number}`, port: 40_831 });

  test("admits those alone who have shown that they receive where they say", () => {
    const bench = new Bench({ maxEntries: 8 });
    const executions = [1, 2, 3, 4, 5].map(
      (number) => bench.receive({ id: idOf(number) }, fromHost(number)).execution?.id,
    );
    const challenge = bench.sent().at(-1);
    if (challenge?.type !== "cookie") throw new Error("expected a cookie");
    const { cookie } = challenge;
    const { execution } = bench.receive({ id: idOf(5), attempt: 2, cookie }, fromHost(5));
    expect([executions, execution?.id]).toEqual([
      [idOf(1), idOf(2), idOf(3), idOf(4), undefined],
      idOf(5),
    ]);
  });
});

test("a server that has not begun yet says that it has just been started", () => {
  const bench = new Bench({}, Number.POSITIVE_INFINITY);
  bench.nowMs = 5000;
  bench.receive({ bootId: "0b".repeat(8) });
  bench.session.begin(msToNs(5000));
  bench.nowMs = 5007;
  bench.receive({ bootId: "0b".repeat(8) });
  expect(bench.sent()).toMatchObject([{ uptimeMs: 0 }, { uptimeMs: 7 }]);
});

test("room for less than the largest answer is refused", () => {
  const open = (): unknown => new Bench({ maxBytes: 1000 });
  expect(open).toThrow(
    `maxBytes: expected a whole number from ${512 + maxAnswerBytes(LIMITS)} to 9007199254740991; got 1000`,
  );
});
