import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { msToNs, seededRandom } from "@udp/core";
import { ReliableError } from "./errors.ts";
import type { RequestFrame, ServerFrame } from "./frame.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import { frameLimits, maxRequestBytes } from "./limits.ts";
import type { RequesterSessionOptions } from "./requester-session.ts";
import { RequesterSession } from "./requester-session.ts";
import { PRESETS } from "./retransmission.ts";

const SERVER: Endpoint = { address: "192.0.2.1", port: 1060 };
const OTHER: Endpoint = { address: "192.0.2.2", port: 1060 };
const BOOT = "0a".repeat(8);
const NEXT_BOOT = "0b".repeat(8);
const ONE = new TextEncoder().encode("one");
const LIMITS = frameLimits({});

const TWO_AT_A_TIME = {
  ...PRESETS.original,
  window: { initialRequests: 2, maxRequests: 2 },
};

type Result = { readonly answer: string } | { readonly code: string; readonly message: string };

/** A session in virtual time, and what comes of its requests. */
class Bench {
  readonly session: RequesterSession;
  readonly results = new Map<string, Result>();
  readonly waitsMs: number[] = [];
  nowMs = 0;

  constructor(options: Partial<RequesterSessionOptions> = {}) {
    let count = 0;
    this.session = new RequesterSession({
      ...LIMITS,
      retransmission: PRESETS.original,
      random: seededRandom(1),
      createId: () => (++count).toString(16).padStart(32, "0"),
      ...options,
    });
  }

  request(name: string, to = SERVER, timeoutMs = Number.POSITIVE_INFINITY): string {
    const request = {
      to,
      payload: new TextEncoder().encode(name),
      deadlineNs: msToNs(this.nowMs + timeoutMs),
    };
    return this.session.request(
      request,
      {
        answered: ({ payload }) => {
          this.#settle(name, { answer: new TextDecoder().decode(payload) });
        },
        failed: ({ code, message }) => this.#settle(name, { code, message }),
        transmitted: (_attempt, waitMs) => this.waitsMs.push(waitMs),
      },
      msToNs(this.nowMs),
    );
  }

  /** The requests that leave now, as the server reads them. */
  sent(): RequestFrame[] {
    return this.session.poll(msToNs(this.nowMs)).map(({ payload }) => {
      const frame = decodeFrame(payload);
      if (typeof frame === "string" || frame.type !== "request") throw new Error("no request");
      return frame;
    });
  }

  /** Those that leave when the next timer expires. */
  sentNext(): RequestFrame[] {
    this.nowMs = (this.session.nextDeadlineNs() ?? Number.NaN) / 1e6;
    return this.sent();
  }

  hear(frame: ServerFrame, from = SERVER): void {
    this.session.receive(encodeFrame(frame), from, msToNs(this.nowMs));
  }

  #settle(name: string, result: Result): void {
    if (this.results.has(name)) throw new Error(`${name} was settled twice`);
    this.results.set(name, result);
  }
}

function answer(
  { id, attempt, payload }: RequestFrame,
  bootId = BOOT,
): Extract<ServerFrame, { type: "answer" | "error" }> {
  return { type: "answer", id, attempt, bootId, heldUs: 0, payload };
}

type WithoutHead<Frame> = Frame extends ServerFrame
  ? Omit<Frame, "id" | "attempt" | "bootId">
  : never;

function from(
  { id, attempt }: RequestFrame,
  frame: WithoutHead<ServerFrame>,
  bootId = BOOT,
): ServerFrame {
  return { id, attempt, bootId, ...frame };
}

function first<Item>([item]: readonly Item[]): Item {
  if (item === undefined) throw new Error("expected one");
  return item;
}

describe("the lesson's schedule", () => {
  test("five datagrams, waits that double, and then it gives up", () => {
    const bench = new Bench();
    bench.request("one");
    const attempts = [first(bench.sent()).attempt];
    for (;;) {
      const frames = bench.sentNext();
      if (frames.length === 0) break;
      attempts.push(first(frames).attempt);
    }
    expect([attempts, bench.waitsMs, bench.nowMs, bench.results.get("one")]).toEqual([
      [1, 2, 3, 4, 5],
      [100, 200, 400, 800, 1600],
      3100,
      { code: "RELIABLE_NO_ANSWER", message: "No answer came from 192.0.2.1:1060 to 5 datagrams" },
    ]);
  });

  test("all transmissions have one identifier, and an answer to any of them settles it once", () => {
    const bench = new Bench();
    bench.request("one");
    const earlier = first(bench.sent());
    const later = first(bench.sentNext());
    bench.hear(answer(earlier));
    bench.hear(answer(later));
    expect([later.id, bench.results.get("one"), bench.session.counters.spuriousCount]).toEqual([
      earlier.id,
      { answer: "one" },
      1,
    ]);
    expect(bench.session.verdicts).toMatchObject({ accepted: 1, duplicate: 1 });
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
  });

  test("a time limit ends it, also while it waits for room", () => {
    const bench = new Bench();
    bench.request("one", SERVER, 250);
    bench.request("two", SERVER, 50);
    bench.sent();
    while (bench.session.nextDeadlineNs() !== undefined) bench.sentNext();
    expect([...bench.results]).toEqual([
      [
        "two",
        {
          code: "RELIABLE_NO_ANSWER",
          message: "192.0.2.1:1060 was not asked in time: earlier requests still wait for it",
        },
      ],
      [
        "one",
        {
          code: "RELIABLE_NO_ANSWER",
          message: "No answer came from 192.0.2.1:1060 to 2 datagrams",
        },
      ],
    ]);
    expect(bench.nowMs).toBe(250);
  });
});

describe("an answer is believed", () => {
  function asked(): { readonly bench: Bench; readonly frame: RequestFrame } {
    const bench = new Bench();
    bench.request("one");
    return { bench, frame: first(bench.sent()) };
  }

  test.each<[string, (bench: Bench, frame: RequestFrame) => void, object]>([
    ["of another endpoint", (bench, frame) => bench.hear(answer(frame), OTHER), { strangers: 1 }],
    [
      "with another identifier",
      (bench, frame) => bench.hear(answer({ ...frame, id: "f".repeat(32) })),
      { verdicts: { "wrong-id": 1 } },
    ],
    [
      "to a transmission that never was",
      (bench, frame) => bench.hear(answer({ ...frame, attempt: 2 })),
      { malformed: 1 },
    ],
    [
      "that is a request",
      (bench, frame) => bench.session.receive(encodeFrame(frame), SERVER, 0),
      { requests: 1 },
    ],
    [
      "that is authenticated, where there is no key",
      (bench, frame) =>
        bench.session.receive(encodeFrame(answer(frame), new Uint8Array(32)), SERVER, 0),
      { unauthenticated: 1 },
    ],
  ])("not where it is one %s", (_title, hear, expected) => {
    const { bench, frame } = asked();
    hear(bench, frame);
    const { strangerCount: strangers, faults } = bench.session.counters;
    const { malformed, unauthenticated } = faults;
    const counts = { strangers, malformed, unauthenticated, requests: faults["not-an-answer"] };
    expect({ ...counts, verdicts: bench.session.verdicts }).toMatchObject(expected);
    expect(bench.results.size).toBe(0);
    bench.hear(answer(frame));
    expect(bench.results.get("one")).toEqual({ answer: "one" });
  });

  test("late where the request was given up, and never as another one's", () => {
    const bench = new Bench();
    const id = bench.request("one");
    const frame = first(bench.sent());
    bench.session.abandon(id, 0);
    bench.request("two");
    bench.hear(answer(frame));
    expect([bench.results.size, bench.session.verdicts]).toMatchObject([0, { late: 1 }]);
  });

  test("of each peer to its own", () => {
    const bench = new Bench();
    bench.request("one");
    bench.request("two", OTHER);
    const [one, two] = bench.sent();
    if (one === undefined || two === undefined) throw new Error("expected two");
    bench.hear(answer(one), OTHER);
    bench.hear(answer(two), SERVER);
    expect([bench.results.size, bench.session.verdicts]).toMatchObject([0, { "wrong-id": 2 }]);
    bench.hear(answer(one));
    bench.hear(answer(two), OTHER);
    expect([...bench.results.keys()]).toEqual(["one", "two"]);
  });
});

describe("the window", () => {
  test("one request before the first answer, then more, the rest in order", () => {
    const bench = new Bench({ retransmission: PRESETS.rfc6298 });
    for (const name of ["a", "b", "c", "d", "e"]) bench.request(name);
    const sent = [bench.sent()];
    bench.hear(answer(first(sent[0] ?? [])));
    sent.push(bench.sent());
    for (const frame of sent[1] ?? []) bench.hear(answer(frame));
    sent.push(bench.sent());
    const text = (frames: readonly RequestFrame[]) =>
      frames.map(({ payload }) => new TextDecoder().decode(payload)).join("");
    expect(sent.map(text)).toEqual(["a", "bc", "de"]);
  });

  test("is of each peer by itself", () => {
    const bench = new Bench();
    for (const to of [SERVER, OTHER, SERVER, OTHER])
      bench.request(`${bench.session.pendingCount}`, to);
    expect(bench.sent().length).toBe(2);
  });
});

describe("the first wait follows the peer", () => {
  const ADAPTIVE = { ...PRESETS["low-latency"], window: { initialRequests: 1, maxRequests: 1 } };

  function waitAfter(roundTripsMs: readonly number[], heldMs = 0): number {
    const bench = new Bench({ retransmission: ADAPTIVE });
    for (const [index, roundTripMs] of roundTripsMs.entries()) {
      bench.request(`${index}`);
      const frame = first(bench.sent());
      bench.nowMs += roundTripMs;
      bench.hear({ ...answer(frame), heldUs: 1000 * heldMs });
    }
    bench.request("last");
    bench.sent();
    return bench.waitsMs.at(-1) ?? Number.NaN;
  }

  test("RFC 6298: SRTT + 4 RTTVAR, not below the floor", () => {
    expect([waitAfter([]), waitAfter([120]), waitAfter([120, 120]), waitAfter([1, 1])]).toEqual([
      200, 360, 300, 100,
    ]);
  });

  test("the time that the server held the request is no part of it", () => {
    expect(waitAfter([120], 100)).toBe(100);
  });

  test("a loss lengthens no other wait where something sent later was answered", () => {
    const bench = new Bench({
      retransmission: { ...ADAPTIVE, window: { initialRequests: 3, maxRequests: 3 } },
    });
    bench.request("lost");
    bench.sent();
    bench.nowMs = 20;
    bench.request("answered");
    bench.hear(answer(first(bench.sent())));
    bench.sentNext();
    bench.request("next");
    bench.sent();
    expect(bench.waitsMs.at(-1)).toBe(100);
  });

  test("back-off is kept until an answer comes, whichever transmission it answers", () => {
    const bench = new Bench({ retransmission: ADAPTIVE });
    bench.request("one");
    const frame = first(bench.sent());
    bench.sentNext();
    const id = bench.request("two");
    bench.session.abandon(frame.id, msToNs(bench.nowMs));
    bench.sent();
    expect(bench.waitsMs.at(-1)).toBe(400);
    bench.session.abandon(id, msToNs(bench.nowMs));
  });
});

test("a time limit shorter than the wait is no loss", () => {
  const bench = new Bench({ retransmission: PRESETS["low-latency"] });
  bench.request("one", SERVER, 50);
  bench.sent();
  bench.sentNext();
  bench.request("two");
  bench.sent();
  expect([bench.results.get("one"), bench.waitsMs]).toMatchObject([
    { code: "RELIABLE_NO_ANSWER" },
    [200, 200],
  ]);
});

test.each<[string, RequesterSessionOptions["retransmission"]]>([
  ["initialMs", { backoff: { initialMs: -1 } }],
  ["minRtoMs", { backoff: { initialMs: 2000, maxMs: 5000 }, isAdaptive: true, minRtoMs: 9000 }],
  [
    "initialRequests",
    { backoff: { initialMs: 1 }, window: { initialRequests: 3, maxRequests: 2 } },
  ],
])("a bad schedule is told before there is a request: %s", (name, retransmission) => {
  expect(() => new Bench({ retransmission })).toThrow(name);
});

test("what is inspected looks the same at another time", () => {
  const situationAt = (nowMs: number): unknown => {
    const bench = new Bench();
    bench.nowMs = nowMs;
    bench.request("one");
    bench.request("two");
    bench.sentNext();
    bench.sentNext();
    return bench.session.inspect(msToNs(bench.nowMs));
  };
  const situation = situationAt(0);
  expect(situation).toEqual(situationAt(5000));
  expect(situation).toMatchObject({
    requests: [{ phase: "waiting", sentMs: [-100, 0] }, { phase: "queued" }],
    peers: [{ waitingCount: 1, queued: ["0".repeat(31).concat("2")] }],
  });
});

describe("what a server says instead of an answer", () => {
  function told(frame: (sent: RequestFrame) => ServerFrame): Bench {
    const bench = new Bench();
    bench.request("one");
    bench.hear(frame(first(bench.sent())));
    return bench;
  }

  test("the handler failed", () => {
    const payload = new TextEncoder().encode("no such account");
    const { results, session } = told((sent) => from(sent, { type: "error", heldUs: 0, payload }));
    expect([results.get("one"), session.counters.believed]).toMatchObject([
      {
        code: "RELIABLE_HANDLER_FAILED",
        message: "the server failed to carry it out: no such account",
      },
      { answer: 0, error: 1 },
    ]);
  });

  test("the handler failed, as it said of an earlier transmission", () => {
    const bench = new Bench();
    bench.request("one");
    const frame = first(bench.sent());
    bench.sentNext();
    bench.hear(from(frame, { type: "error", heldUs: 0, payload: ONE }));
    expect(bench.session.counters.spuriousCount).toBe(1);
  });

  test("the answer is too large", () => {
    const { results } = told((sent) => from(sent, { type: "too-large", limitBytes: 1164 }));
    expect(results.get("one")).toMatchObject({ code: "RELIABLE_TOO_LARGE" });
  });

  test.each([
    [5, { code: "RELIABLE_BUSY", message: "192.0.2.1:1060 has no room for another request" }],
    [
      4,
      {
        code: "RELIABLE_NO_ANSWER",
        message: "No answer came from 192.0.2.1:1060 to 5 datagrams; it refused 4",
      },
    ],
  ])(
    "busy %i times: the schedule goes on, and only where all were refused it is sure",
    (count, end) => {
      const bench = new Bench();
      bench.request("one");
      const sent = bench.sent();
      while (bench.session.nextDeadlineNs() !== undefined) {
        if (sent.length <= count) bench.hear(from(sent.at(-1) ?? first(sent), { type: "busy" }));
        sent.push(...bench.sentNext());
      }
      expect([sent.length, bench.results.get("one")]).toEqual([5, end]);
    },
  );

  test("a cookie: sent again with it at once; another one for what was sent before says nothing new", () => {
    const cookie = new Uint8Array(24).fill(3);
    const bench = told((sent) => from(sent, { type: "cookie", cookie }));
    const again = first(bench.sent());
    const later = new Uint8Array(24).fill(4);
    bench.hear(from({ ...again, attempt: 1 }, { type: "cookie", cookie: later }));
    expect([again.attempt, again.cookie && [...again.cookie], bench.sent()]).toEqual([
      2,
      [...cookie],
      [],
    ]);
    bench.hear(answer(again));
    bench.request("two");
    expect([...(first(bench.sent()).cookie ?? [])]).toEqual([...cookie]);
  });

  test("a cookie, to two requests at once: both carry it at once", () => {
    const bench = new Bench({ retransmission: TWO_AT_A_TIME });
    bench.request("one");
    bench.request("two");
    const cookie = new Uint8Array(24).fill(3);
    for (const frame of bench.sent()) bench.hear(from(frame, { type: "cookie", cookie }));
    expect(bench.sent().map((frame) => frame.cookie && [...frame.cookie])).toEqual([
      [...cookie],
      [...cookie],
    ]);
  });

  test("a cookie costs no try, but a server that always wants another one does", () => {
    const bench = new Bench();
    bench.request("one");
    let fill = 0;
    for (let [frame] = bench.sent(); frame !== undefined; [frame] = bench.sent())
      bench.hear(from(frame, { type: "cookie", cookie: new Uint8Array(24).fill(++fill) }));
    expect([bench.waitsMs, bench.results.get("one")]).toMatchObject([
      [100, 100, 100, 200, 400, 800, 1600],
      { code: "RELIABLE_NO_ANSWER" },
    ]);
  });

  test("acknowledged: not sent again, but asked after, and given up when nobody knows of it", () => {
    const bench = told((sent) => from(sent, { type: "acknowledgement", heldUs: 0 }));
    const atMs: number[] = [];
    while (bench.session.nextDeadlineNs() !== undefined) {
      if (bench.sentNext().length > 0) atMs.push(bench.nowMs);
    }
    expect(atMs).toEqual([1000, 3000, 7000, 15_000, 25_000, 35_000, 45_000]);
    expect(bench.results.get("one")).toMatchObject({ code: "RELIABLE_NO_ANSWER" });
  });

  test("acknowledged again and again: asked after at growing intervals, for as long as it takes", () => {
    const bench = new Bench();
    bench.request("one");
    let [frame] = bench.sent();
    const atMs: number[] = [];
    for (let count = 0; count < 10 && frame !== undefined; count++) {
      bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }));
      [frame] = bench.sentNext();
      atMs.push(bench.nowMs);
    }
    expect(atMs).toEqual([
      1000, 3000, 7000, 15_000, 25_000, 35_000, 45_000, 55_000, 65_000, 75_000,
    ]);
    expect(bench.results.size).toBe(0);
  });

  test("acknowledged, it leaves its place to the next", () => {
    const bench = new Bench();
    bench.request("one");
    bench.request("two");
    const one = first(bench.sent());
    bench.hear(from(one, { type: "acknowledgement", heldUs: 0 }));
    expect(bench.sent().map(({ payload }) => new TextDecoder().decode(payload))).toEqual(["two"]);
  });
});

describe("a server that was started anew", () => {
  function refusedAfter(uptimeMs: number): { bench: Bench; again: RequestFrame[] } {
    const bench = new Bench();
    bench.request("zero");
    bench.hear(answer(first(bench.sent())));
    bench.nowMs = 10_000;
    bench.request("one");
    const frame = first(bench.sent());
    bench.nowMs += 40;
    bench.hear(from(frame, { type: "stale-boot", uptimeMs }, NEXT_BOOT));
    return { bench, again: bench.sent() };
  }

  test("before the request was sent: nobody else can have carried it out, and it goes on", () => {
    const { bench, again } = refusedAfter(41);
    expect(again.map(({ attempt, bootId }) => [attempt, bootId])).toEqual([[2, NEXT_BOOT]]);
    bench.hear(answer(first(again), NEXT_BOOT));
    expect(bench.results.get("one")).toEqual({ answer: "one" });
  });

  test("since then: nobody knows", () => {
    const { bench, again } = refusedAfter(39);
    expect([again, bench.results.get("one")]).toMatchObject([
      [],
      { code: "RELIABLE_OUTCOME_UNKNOWN" },
    ]);
  });

  test("a request keeps the server that it was sent to first", () => {
    const bench = new Bench({ retransmission: TWO_AT_A_TIME });
    bench.request("zero");
    bench.hear(answer(first(bench.sent())));
    bench.request("one");
    bench.request("two");
    const [one] = bench.sent();
    if (one === undefined) throw new Error("expected one");
    bench.hear(answer(one, NEXT_BOOT));
    expect(bench.sentNext().map(({ bootId }) => bootId)).toEqual([BOOT]);
  });

  test("where it was sent to none that was known, the first one that is heard of", () => {
    const bench = new Bench({ retransmission: TWO_AT_A_TIME });
    bench.request("one");
    bench.request("two");
    const [, two] = bench.sent();
    if (two === undefined) throw new Error("expected two");
    bench.hear(answer(two));
    bench.request("three");
    bench.hear(answer(first(bench.sent()), NEXT_BOOT));
    expect(bench.sentNext().map(({ bootId }) => bootId)).toEqual([BOOT]);
  });

  test("two that speak of the same request: nobody knows", () => {
    const bench = new Bench();
    bench.request("one");
    const frame = first(bench.sent());
    bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }));
    bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }, NEXT_BOOT));
    expect(bench.results.get("one")).toMatchObject({ code: "RELIABLE_OUTCOME_UNKNOWN" });
  });
});

test("nothing is sent when the server may have forgotten the request", () => {
  const backoff = { initialMs: 60_000, factor: 1, maxMs: 60_000, attempts: 10 };
  const bench = new Bench({ retransmission: { backoff } });
  bench.request("one");
  let sentCount = bench.sent().length;
  while (bench.session.nextDeadlineNs() !== undefined) sentCount += bench.sentNext().length;
  expect([sentCount, bench.nowMs, bench.results.get("one")]).toMatchObject([
    3,
    180_000,
    { code: "RELIABLE_NO_ANSWER" },
  ]);
});

test("all end with the same error, and what waited for room does not start", () => {
  const bench = new Bench();
  bench.request("one");
  bench.request("two");
  bench.sent();
  bench.session.failAll(new ReliableError("RELIABLE_CLOSED", "closed"), 0);
  expect([[...bench.results.values()], bench.sent(), bench.session.nextDeadlineNs()]).toEqual([
    [
      { code: "RELIABLE_CLOSED", message: "closed" },
      { code: "RELIABLE_CLOSED", message: "closed" },
    ],
    [],
    undefined,
  ]);
});

test("a request that is too large is not taken", () => {
  const bench = new Bench();
  const most = maxRequestBytes(LIMITS);
  const ask = (bytes: number): string =>
    bench.session.request(
      { to: SERVER, payload: new Uint8Array(bytes), deadlineNs: Number.POSITIVE_INFINITY },
      { answered: () => undefined, failed: () => undefined },
      0,
    );
  ask(most);
  expect(() => ask(most + 1)).toThrow(
    `expected a request of at most ${most} bytes; got ${most + 1}`,
  );
  expect(bench.session.poll(0).map(({ payload }) => payload.byteLength)).toEqual([1200 - 24]);
});

test("peers without a request are forgotten, so that asking many fills no memory", () => {
  const bench = new Bench();
  const ids = Array.from({ length: 5000 }, (_, index) => {
    const to = { address: `10.0.${index >> 8}.${index & 0xff}`, port: 1060 };
    const id = bench.session.request(
      { to, payload: ONE, deadlineNs: Number.POSITIVE_INFINITY },
      { answered: () => undefined, failed: () => undefined },
      0,
    );
    if (index > 0) bench.session.abandon(id, 0);
    return id;
  });
  bench.session.poll(0);
  const to = { address: "10.0.0.0", port: 1060 };
  bench.session.receive(
    encodeFrame(
      answer({
        type: "request",
        id: ids[0] ?? "",
        attempt: 1,
        bootId: undefined,
        cookie: undefined,
        payload: ONE,
      }),
    ),
    to,
    0,
  );
  bench.session.receive(ONE, { address: "10.0.0.1", port: 1060 }, 0);
  expect([bench.session.pendingCount, bench.session.counters.strangerCount]).toEqual([0, 1]);
});

describe("a window that is not full", () => {
  /** One request after another, each answered after 0.1 s. */
  function askInTurn(bench: Bench, count: number): void {
    for (let index = 0; index < count; index++) {
      bench.request(`turn ${index}`);
      const frame = first(bench.sent());
      bench.nowMs += 100;
      bench.hear(answer(frame));
    }
  }

  function burst(bench: Bench): number {
    for (let index = 0; index < 100; index++) bench.request(`burst ${index}`);
    return bench.sent().length;
  }

  test("does not grow: one at a time proves no more than one", () => {
    const bench = new Bench({ retransmission: PRESETS.rfc6298 });
    askInTurn(bench, 63);
    expect(burst(bench)).toBe(2);
  });

  test("begins anew when nothing was sent for a timeout", () => {
    const bench = new Bench({ retransmission: PRESETS.rfc6298 });
    askInTurn(bench, 2);
    bench.nowMs += 3_600_000;
    expect(burst(bench)).toBe(1);
  });
});

describe("copies of an acknowledgement", () => {
  test("are one answer", () => {
    const bench = new Bench({ retransmission: PRESETS.rfc6298 });
    bench.request("one");
    const frame = first(bench.sent());
    for (let count = 0; count < 63; count++)
      bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }));
    expect(bench.session.inspect(0).peers[0]?.window.requests).toBe(2);
  });
});

test("many acknowledged requests are asked after at no more than a window's worth a second", () => {
  const bench = new Bench({ retransmission: TWO_AT_A_TIME });
  for (let index = 0; index < 100; index++) bench.request(`${index}`);
  for (let frames = bench.sent(); frames.length > 0; frames = bench.sent())
    for (const frame of frames) bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }));
  const beganMs = bench.nowMs;
  let pollCount = 0;
  while (bench.sentNext().length > 0 && bench.nowMs < beganMs + 100_000) pollCount++;
  expect(pollCount).toBeWithin(50, 201);
});

test("an acknowledged request that is asked after in vain is a loss", () => {
  const bench = new Bench({ retransmission: PRESETS.rfc6298 });
  for (let index = 0; index < 9; index++) bench.request(`${index}`);
  for (let round = 0; round < 3; round++)
    for (const frame of bench.sent()) bench.hear(answer(frame));
  for (const frame of bench.sent()) bench.hear(from(frame, { type: "acknowledgement", heldUs: 0 }));
  const windows = [0, 1, 2].map(() => {
    bench.sentNext();
    return bench.session.inspect(0).peers[0]?.window.requests ?? 0;
  });
  expect(Math.min(...windows)).toBeLessThan(windows[0] ?? 0);
});

test("10,000 requests whose time is over while they wait for room all fail", () => {
  const bench = new Bench();
  for (let index = 0; index < 10_000; index++) bench.request(`${index}`, SERVER, 500 + index / 1e6);
  bench.sent();
  bench.nowMs = 600;
  bench.sent();
  expect([bench.results.size, bench.session.pendingCount]).toEqual([10_000, 0]);
});

test("what nobody receives fails until a server is heard of, and goes on afterwards", () => {
  const bench = new Bench({ retransmission: TWO_AT_A_TIME });
  const refuse = (): void =>
    bench.session.failUnheard(
      new ReliableError("RELIABLE_NOT_LISTENING", "nobody"),
      msToNs(bench.nowMs),
    );
  for (const name of ["one", "two", "three"]) bench.request(name);
  refuse();
  bench.request("four");
  bench.hear(answer(first(bench.sent().slice(-1))));
  bench.request("five");
  refuse();
  expect([[...bench.results.keys()], bench.session.pendingCount]).toEqual([
    ["one", "two", "three", "four"],
    1,
  ]);
});
