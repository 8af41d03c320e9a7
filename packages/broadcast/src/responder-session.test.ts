import { describe, expect, test } from "bun:test";
import type { Endpoint, ReplyLimits } from "@udp/core";
import { addressWords, HostAddresses, msToNs, ReplyGuard, seededRandom } from "@udp/core";
import fc from "fast-check";
import type { Announcement } from "./announcement.ts";
import type { Arrival } from "./arrival.ts";
import type { AnswerFrame, Frame, QueryFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, isReply } from "./frame.ts";
import { createInstance, isSecretOf } from "./instance.ts";
import { knownAnswer } from "./known-answer.ts";
import type { SilenceReason } from "./responder-counters.ts";
import type { OutgoingAnswer, ResponderSessionOptions } from "./responder-session.ts";
import { ResponderSession } from "./responder-session.ts";

const LOCAL: Endpoint = { address: "0.0.0.0", port: 1060 };
const ASKING: Endpoint = { address: "10.77.0.1", port: 39_989 };
const OTHER: Endpoint = { address: "10.77.0.2", port: 40_000 };
const ROUTED: Endpoint = { address: "192.0.2.1", port: 40_000 };
const ARRIVAL: Arrival = { interfaceName: "eth0", destination: "10.77.0.255", hopLimit: 1 };
const INSTANCE = createInstance((count) => new Uint8Array(count).fill(7));
const ANNOUNCEMENT: Announcement = { name: "one", port: 8080, ttlSeconds: 120, info: { v: "1" } };
const QUERY: QueryFrame = {
  type: "query",
  id: "01".repeat(16),
  round: 1,
  wantsOnLink: false,
  path: 0,
  leisureMs: 1000,
  known: [],
};

/** A responder in virtual time. */
class Bench {
  readonly session: ResponderSession;
  nowMs = 0;

  constructor(options: Partial<ResponderSessionOptions> = {}, limits: ReplyLimits = {}) {
    this.session = new ResponderSession({
      guard: new ReplyGuard({
        local: LOCAL,
        isOwnReply: isReply,
        hostAddresses: new HostAddresses({}),
        ...limits,
      }),
      instance: INSTANCE,
      announcement: ANNOUNCEMENT,
      hearsGroup: ({ interfaceName }) => interfaceName === "eth0",
      isOwnNetwork: (words) => (words[3] ?? 0) >>> 24 === 10,
      random: () => 0.5,
      ...options,
    });
  }

  ask(
    query: Partial<QueryFrame> = {},
    from = ASKING,
    arrival = ARRIVAL,
  ): SilenceReason | undefined {
    return this.take(encodeFrame({ ...QUERY, ...query }), from, arrival);
  }

  take(bytes: Uint8Array, from = ASKING, arrival = ARRIVAL): SilenceReason | undefined {
    return this.session.receive(bytes, from, arrival, msToNs(this.nowMs));
  }

  at(nowMs: number): readonly OutgoingAnswer[] {
    this.nowMs = nowMs;
    return this.session.poll(msToNs(nowMs));
  }

  answersAt(nowMs: number): readonly AnswerFrame[] {
    return this.at(nowMs).map(({ payload }) => decodeFrame(payload) as AnswerFrame);
  }
}

describe("an answer", () => {
  test("goes back to where the query came from, after a part of the leisure", () => {
    const bench = new Bench();
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
    expect(bench.ask({ path: 3, wantsOnLink: true })).toBeUndefined();
    expect(bench.session.nextDeadlineNs()).toBe(msToNs(510));
    expect(bench.at(499)).toEqual([]);
    const [answer] = bench.at(510);
    expect(answer).toEqual({
      payload: expect.anything(),
      to: ASKING,
      arrival: ARRIVAL,
      hopLimit: 255,
    });
    expect(decodeFrame(answer?.payload ?? new Uint8Array())).toEqual({
      type: "answer",
      id: QUERY.id,
      round: 1,
      instanceId: INSTANCE.id,
      hearsGroup: true,
      heldUs: 510_000,
      paths: [3],
      ...ANNOUNCEMENT,
    });
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
    expect(bench.session.counters.answeredCount).toBe(1);
  });

  test("waits no longer than the responder allows, and not at all where there is no leisure", () => {
    const bench = new Bench({ maxDelayMs: 100 });
    bench.ask({ leisureMs: 60_000 });
    expect(bench.session.nextDeadlineNs()).toBe(msToNs(60));
    bench.ask({ id: "02".repeat(16), leisureMs: 0 });
    expect(bench.at(0)).toMatchObject([{ hopLimit: undefined }]);
  });

  test("is one for each round, and names the paths by which the round came", () => {
    const bench = new Bench();
    bench.ask({ path: 2 });
    bench.nowMs = 10;
    expect([bench.ask({ path: 0 }), bench.ask({ path: 2 })]).toEqual(["duplicate", "duplicate"]);
    expect(bench.answersAt(510)).toMatchObject([{ paths: [2, 0], heldUs: 510_000 }]);
    expect([bench.ask({ path: 1 }), bench.ask({ round: 2, path: 1 })]).toEqual([
      "duplicate",
      undefined,
    ]);
    expect(bench.answersAt(1020)).toMatchObject([{ round: 2, paths: [1] }]);
    expect(bench.ask({ round: 1, path: 1 })).toBe("duplicate");
    expect(bench.session.counters.silences.duplicate).toBe(4);
  });

  test("that still waits in the next round answers that one, when it was due", () => {
    const bench = new Bench();
    bench.ask({ leisureMs: 3000 });
    bench.nowMs = 1000;
    expect(bench.ask({ round: 2, path: 1, leisureMs: 3000 })).toBeUndefined();
    expect(bench.answersAt(1510)).toMatchObject([{ round: 2, paths: [1], heldUs: 510_000 }]);
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
  });

  test("is not drawn away by a neighbour who has read the query", () => {
    const bench = new Bench();
    bench.ask();
    bench.ask({ round: 2, path: 5 }, OTHER);
    bench.ask({ round: 1000, path: 5 }, OTHER);
    bench.nowMs = 10;
    expect(bench.ask({ path: 1 })).toBe("duplicate");
    const sent = bench.at(510);
    expect(sent.map(({ to }) => to)).toEqual([ASKING, OTHER]);
    expect(decodeFrame(sent[0]?.payload ?? new Uint8Array())).toMatchObject({
      round: 1,
      paths: [0, 1],
    });
    expect(bench.ask({ round: 2 })).toBeUndefined();
  });

  test("goes to each address of one who asks on several networks", () => {
    const bench = new Bench();
    expect([bench.ask(), bench.ask({ path: 1 }, OTHER)]).toEqual([undefined, undefined]);
    expect(bench.at(510).map(({ to }) => to)).toEqual([ASKING, OTHER]);
  });

  test("names no more paths than it has room for", () => {
    const bench = new Bench();
    for (let path = 0; path < 40; path++) bench.ask({ path });
    expect(bench.answersAt(510)[0]?.paths).toEqual(Array.from({ length: 16 }, (_, path) => path));
  });

  test("is not given where it is known by this path; another one may ask", () => {
    const bench = new Bench();
    const known = [1, knownAnswer(INSTANCE.id, 2)];
    expect(bench.ask({ round: 2, known })).toBe("known");
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
    expect(bench.ask({ round: 2, path: 1, known: [1] })).toBeUndefined();
    expect(bench.answersAt(510)).toMatchObject([{ paths: [1] }]);
    expect(bench.session.counters.silences.known).toBe(1);
  });

  test("to a lower round still goes where a later one says that it is known", () => {
    const bench = new Bench();
    bench.ask();
    expect(bench.ask({ round: 2, known: [knownAnswer(INSTANCE.id, 2)] })).toBe("known");
    expect(bench.answersAt(510)).toMatchObject([{ round: 1 }]);
  });
});

describe("silence", () => {
  test("in the face of other networks, and of what is no query", () => {
    const bench = new Bench();
    const answer: Frame = {
      type: "answer",
      id: QUERY.id,
      round: 1,
      instanceId: INSTANCE.id,
      hearsGroup: false,
      heldUs: 0,
      paths: [0],
      ...ANNOUNCEMENT,
    };
    const short = encodeFrame(QUERY).subarray(0, 399);
    const later = Uint8Array.from(encodeFrame(QUERY));
    later[4] = 2;
    expect([
      bench.ask({}, ROUTED),
      bench.take(new TextEncoder().encode("Broadcast datagram!")),
      bench.take(encodeFrame(answer)),
      bench.take(short),
      bench.take(later),
      bench.ask({}, { ...ASKING, port: 53 }),
      bench.ask({}, { ...ASKING, port: 1060 }),
    ]).toEqual([
      "other-network",
      "foreign",
      "own-reply",
      "malformed",
      "other-version",
      "source-port",
      "source-port",
    ]);
    expect(bench.session.counters).toMatchObject({
      receivedCount: 7,
      answeredCount: 0,
      silences: {
        "other-network": 1,
        foreign: 1,
        malformed: 1,
        "other-version": 1,
        refusals: { "own-reply": 1, "source-port": 2 },
      },
    });
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
  });

  test("other networks are answered where that is wanted", () => {
    const bench = new Bench({ isOwnNetwork: () => true });
    expect(bench.ask({}, ROUTED)).toBeUndefined();
  });

  test("beyond the rate; what is foreign costs none of it", () => {
    const bench = new Bench({}, { ratePerSource: 1 });
    bench.take(new TextEncoder().encode("text"));
    expect([bench.ask(), bench.ask({ round: 2 }), bench.ask({}, OTHER)]).toEqual([
      undefined,
      "rate-per-source",
      undefined,
    ]);
  });

  test("an answer to a query without a type of its own", () => {
    const guard = new ReplyGuard({ local: LOCAL, isOwnReply: () => false });
    const bench = new Bench({ guard });
    const goodbye = bench.session.goodbye(0);
    expect(goodbye).toEqual([]);
    const { id, secret } = INSTANCE;
    expect(bench.take(encodeFrame({ type: "goodbye", instanceId: id, secret }))).toBe(
      "not-a-query",
    );
  });
});

describe("memory", () => {
  test("holds the last 1024 queries, and counts the answers that were given up for them", () => {
    const bench = new Bench({}, { ratePerSource: "none" });
    const id = (index: number): string => index.toString(16).padStart(32, "0");
    for (let index = 0; index < 1030; index++) bench.ask({ id: id(index) });
    expect(bench.session.counters.crowdedOutCount).toBe(6);
    expect(bench.at(510).length).toBe(1024);
    expect([bench.ask({ id: id(1029) }), bench.ask({ id: id(0) })]).toEqual([
      "duplicate",
      undefined,
    ]);
  });
});

describe("goodbye", () => {
  test("is told once to each who believes, and nothing is sent after it", () => {
    const bench = new Bench();
    bench.ask();
    bench.ask({ id: "02".repeat(16) });
    bench.at(510);
    bench.ask({ id: "03".repeat(16), known: [knownAnswer(INSTANCE.id, 1)] }, OTHER);
    bench.ask({ id: "04".repeat(16) }, { ...OTHER, port: 41_000 });
    const goodbyes = bench.session.goodbye(msToNs(600));
    expect(goodbyes.map(({ to }) => to)).toEqual([ASKING, OTHER]);
    const frame = decodeFrame(goodbyes[0]?.payload ?? new Uint8Array());
    expect(frame).toMatchObject({ type: "goodbye", instanceId: INSTANCE.id });
    expect(
      typeof frame === "object" &&
        frame.type === "goodbye" &&
        isSecretOf(INSTANCE.id, frame.secret),
    ).toBe(true);
    expect([bench.at(5000), bench.session.nextDeadlineNs()]).toEqual([[], undefined]);
  });

  test("is not told to those who have stopped believing", () => {
    const bench = new Bench();
    bench.ask();
    bench.at(510);
    expect(bench.session.goodbye(msToNs(121_000))).toEqual([]);
  });
});

describe("a responder that cannot be", () => {
  test.each([
    ["a name that is too long", { announcement: { ...ANNOUNCEMENT, name: "n".repeat(64) } }],
    [
      "info that fits no answer",
      {
        announcement: {
          ...ANNOUNCEMENT,
          info: Object.fromEntries(
            Array.from({ length: 5 }, (_, index) => [`k${index}`, "x".repeat(250)]),
          ),
        },
      },
    ],
    ["a wait below nothing", { maxDelayMs: -1 }],
  ] as const)("%s", (_what, options) => {
    expect(() => new Bench(options)).toThrow(expect.objectContaining({ code: "UDP_BAD_OPTION" }));
  });
});

test("whatever comes, each who asks has one answer a round, within its leisure", () => {
  const asked = fc.record({
    round: fc.integer({ min: 1, max: 4 }),
    path: fc.nat(3),
    isKnown: fc.boolean(),
    leisureMs: fc.nat(2000),
    afterMs: fc.nat(700),
    from: fc.constantFrom(ASKING, OTHER, ROUTED),
    junk: fc.option(fc.uint8Array({ maxLength: 40 })),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 30 }), fc.nat(1000), (asks, seed) => {
      const bench = new Bench({ random: seededRandom(seed) });
      const answers: (AnswerFrame & { to: string })[] = [];
      const run = (untilMs: number): void => {
        for (;;) {
          const deadlineNs = bench.session.nextDeadlineNs();
          if (deadlineNs === undefined || deadlineNs > msToNs(untilMs)) break;
          const sent = bench.session.poll(Math.max(msToNs(bench.nowMs), deadlineNs));
          expect(sent.every(({ to }) => to !== ROUTED)).toBe(true);
          for (const { payload, to } of sent) {
            answers.push({ ...(decodeFrame(payload) as AnswerFrame), to: to.address });
          }
        }
        bench.nowMs = untilMs;
      };
      for (const { afterMs, isKnown, from, junk, ...query } of asks) {
        run(bench.nowMs + afterMs);
        const known = isKnown ? [knownAnswer(INSTANCE.id, query.round)] : [];
        const bytes = Uint8Array.from(encodeFrame({ ...QUERY, ...query, known }));
        if (junk !== null) bytes.set(junk, 4);
        bench.take(bytes, from);
      }
      run(bench.nowMs + 70_000);
      const rounds = answers.map(({ to, round, id }) => `${id} ${round} ${to}`);
      expect(new Set(rounds).size).toBe(rounds.length);
      expect(answers.every(({ heldUs }) => heldUs <= 5_000_000)).toBe(true);
    }),
  );
});

test("the addresses handed to the question of networks are those of the source", () => {
  const asked: string[] = [];
  const bench = new Bench({ isOwnNetwork: (words) => asked.push(words.join()) > 0 });
  bench.ask();
  expect(asked).toEqual([addressWords(ASKING.address).join()]);
});
