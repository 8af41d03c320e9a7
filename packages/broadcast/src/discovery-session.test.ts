import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { msToNs, nsToMs } from "@udp/core";
import fc from "fast-check";
import type { Arrival } from "./arrival.ts";
import type { Destination } from "./destination.ts";
import type { DiscoveryVerdict } from "./discovery-counters.ts";
import type { DiscoverySessionOptions } from "./discovery-session.ts";
import { DiscoverySession } from "./discovery-session.ts";
import type { AnswerFrame, QueryFrame } from "./frame.ts";
import { decodeFrame, encodeFrame, MAX_FRAME_BYTES, MAX_KNOWN_ANSWERS } from "./frame.ts";
import type { Instance } from "./instance.ts";
import { createInstance } from "./instance.ts";
import { knownAnswer } from "./known-answer.ts";

const QUERY_ID = "01".repeat(16);
const GROUP: Destination = {
  method: "group",
  family: 4,
  address: "239.255.77.77",
  interfaceName: "eth0",
  source: undefined,
};
const LIMITED: Destination = {
  method: "limited",
  family: 4,
  address: "255.255.255.255",
  interfaceName: "eth0",
  source: undefined,
};
const FROM: Endpoint = { address: "10.77.0.9", port: 1060 };
const ARRIVAL: Arrival = { interfaceName: "eth0", hopLimit: 64 };

function instance(index: number): Instance {
  return createInstance((count) => {
    const bytes = new Uint8Array(count);
    new DataView(bytes.buffer).setUint32(0, index);
    return bytes;
  });
}

const ONE = instance(1);

/** A discovery in virtual time. */
class Bench {
  readonly session: DiscoverySession;
  nowMs = 0;

  constructor(options: Partial<DiscoverySessionOptions> = {}) {
    this.session = new DiscoverySession({
      queryId: QUERY_ID,
      destinations: [GROUP, LIMITED],
      ...options,
    });
  }

  queriesAt(nowMs: number): readonly QueryFrame[] {
    this.nowMs = nowMs;
    return this.session
      .poll(msToNs(nowMs))
      .map(({ payload }) => decodeFrame(payload) as QueryFrame);
  }

  /** When the queries up to then go out, and by which path. */
  runTo(untilMs: number): readonly string[] {
    const sent: string[] = [];
    for (;;) {
      const deadlineNs = this.session.nextDeadlineNs();
      if (deadlineNs === undefined || deadlineNs > msToNs(untilMs)) break;
      const nowNs = Math.max(msToNs(this.nowMs), deadlineNs);
      for (const { destination } of this.session.poll(nowNs)) {
        const { method, interfaceName, address } = destination;
        sent.push(`${method} ${interfaceName ?? address} ${nsToMs(nowNs)}`);
      }
    }
    this.nowMs = untilMs;
    return sent;
  }

  answer(part: Partial<AnswerFrame> = {}, from = FROM, arrival = ARRIVAL): DiscoveryVerdict {
    const frame: AnswerFrame = {
      type: "answer",
      id: QUERY_ID,
      round: 1,
      instanceId: ONE.id,
      hearsGroup: false,
      heldUs: 0,
      ttlSeconds: 120,
      port: 8080,
      paths: [0],
      name: "one",
      info: {},
      ...part,
    };
    return this.take(encodeFrame(frame), from, arrival);
  }

  bye({ id, secret }: Instance): DiscoveryVerdict {
    return this.take(encodeFrame({ type: "goodbye", instanceId: id, secret }));
  }

  take(bytes: Uint8Array, from = FROM, arrival = ARRIVAL): DiscoveryVerdict {
    return this.session.receive(bytes, from, arrival, msToNs(this.nowMs));
  }

  events(): readonly string[] {
    return this.session.takeEvents().map(({ type, responder }) => `${type} ${responder.name}`);
  }
}

describe("queries", () => {
  test("go by each path, a little apart", () => {
    const bench = new Bench({ spacingMs: 5, leisureMs: 700, requiresOnLink: true });
    expect(bench.session.nextDeadlineNs()).toBe(Number.NEGATIVE_INFINITY);
    const query = {
      type: "query",
      id: QUERY_ID,
      round: 1,
      wantsOnLink: true,
      path: 0,
      leisureMs: 700,
      known: [],
    } as const;
    expect(bench.queriesAt(0)).toEqual([query]);
    expect(bench.session.nextDeadlineNs()).toBe(msToNs(5));
    expect(bench.queriesAt(5)).toEqual([{ ...query, path: 1 }]);
    expect(bench.session.counters.sentCount).toBe(2);
  });

  test("go where they are to go", () => {
    const bench = new Bench({ spacingMs: 0 });
    expect(bench.session.poll(0)).toMatchObject([
      { to: { address: "239.255.77.77", port: 1060 }, destination: GROUP },
      { to: { address: "255.255.255.255", port: 1060 }, destination: LIMITED },
    ]);
  });

  test("three seconds apart where nobody answers", () => {
    const bench = new Bench({ rounds: Number.POSITIVE_INFINITY });
    const sent = bench.runTo(30_000);
    expect(sent.slice(0, 4)).toEqual([
      "group eth0 0",
      "limited eth0 2",
      "group eth0 3000",
      "limited eth0 3002",
    ]);
    expect(sent.length).toBe(22 - 1);
  });

  test("a second apart by the paths by which somebody answered", () => {
    const bench = new Bench({ rounds: 4 });
    bench.runTo(100);
    bench.answer({ paths: [1] });
    expect(bench.runTo(1500)).toEqual(["limited eth0 1002"]);
    bench.answer({ round: 2, paths: [1] });
    expect(bench.runTo(2500)).toEqual(["limited eth0 2002"]);
    expect(bench.session.hasAskedAll).toBe(false);
    expect(bench.runTo(60_000)).toEqual(["group eth0 3002"]);
    expect(bench.session.hasAskedAll).toBe(true);
  });

  test("by all paths in order, where both are heard, a second after the last ones", () => {
    const bench = new Bench();
    bench.runTo(100);
    bench.answer({ paths: [1, 0] });
    expect(bench.runTo(1500)).toEqual(["group eth0 1000", "limited eth0 1002"]);
  });

  test("ever rarer where they bring nothing new, and not so rare that anybody expires", () => {
    const bench = new Bench({
      destinations: [GROUP],
      rounds: Number.POSITIVE_INFINITY,
      maxIntervalMs: 60_000,
    });
    const times = (untilMs: number): readonly number[] =>
      bench.runTo(untilMs).map((line) => Number(line.split(" ").at(-1)));
    expect(times(40_000)).toEqual([0, 3000, 6000, 10_000, 18_000, 34_000]);
    bench.answer({ round: 6, ttlSeconds: 20 });
    expect(times(75_000)).toEqual([40_000, 43_000, 46_000, 50_000, 55_000, 60_000, 70_000]);
    expect(bench.events()).toEqual(["found one", "expired one"]);
  });

  test("do not begin a round for whose answers there is no time", () => {
    const bench = new Bench({ rounds: Number.POSITIVE_INFINITY, askingMs: 2100 });
    bench.runTo(100);
    bench.answer({ paths: [0] });
    bench.runTo(1100);
    bench.answer({ round: 2, paths: [0] });
    expect(bench.runTo(2000)).toEqual(["group eth0 2000"]);
    bench.answer({ round: 3, paths: [0] });
    expect(bench.runTo(60_000)).toEqual([]);
  });

  test("stop after the last round", () => {
    const bench = new Bench({ destinations: [GROUP], rounds: 2 });
    expect(bench.runTo(100_000)).toEqual(["group eth0 0", "group eth0 3000"]);
    expect([bench.session.roundCount, bench.session.hasAskedAll]).toEqual([2, true]);
    expect(bench.session.nextDeadlineNs()).toBeUndefined();
  });

  test("list those that the path has reached, until half of their time is over", () => {
    const bench = new Bench({ spacingMs: 0, rounds: 100 });
    bench.queriesAt(0);
    bench.answer({ paths: [1], ttlSeconds: 10 });
    expect(bench.queriesAt(3000).map(({ known }) => known)).toEqual([[], [knownAnswer(ONE.id, 2)]]);
    expect(bench.queriesAt(6000).map(({ known }) => known)).toEqual([[], []]);
  });

  test("list others of them in each round where there are too many", () => {
    const bench = new Bench({ destinations: [GROUP], spacingMs: 0 });
    bench.queriesAt(0);
    const ids = Array.from({ length: 400 }, (_, index) => instance(index).id);
    for (const instanceId of ids) bench.answer({ instanceId });
    const listed = [1000, 4000].map((ms) => bench.queriesAt(ms)[0]?.known ?? []);
    expect(listed.map(({ length }) => length)).toEqual([MAX_KNOWN_ANSWERS, MAX_KNOWN_ANSWERS]);
    const isListed = (id: string, index: number): boolean =>
      listed[index]?.includes(knownAnswer(id, index + 2)) === true;
    expect(ids.every((id) => isListed(id, 0) || isListed(id, 1))).toBe(true);
  });
});

describe("an answer", () => {
  test("tells who is there", () => {
    const bench = new Bench({ spacingMs: 10 });
    bench.runTo(510);
    const part = { paths: [1, 0], heldUs: 498_000, info: { v: "2" } };
    expect(bench.answer(part, FROM, {})).toBe("accepted");
    expect(bench.session.takeEvents()).toEqual([
      {
        type: "found",
        responder: {
          instanceId: ONE.id,
          name: "one",
          info: { v: "2" },
          ttlSeconds: 120,
          endpoint: { address: "10.77.0.9", port: 8080 },
          endpoints: [{ address: "10.77.0.9", port: 8080 }],
          interfaceName: "eth0",
          rttMs: 2,
          paths: [LIMITED, GROUP],
          memberPaths: [],
        },
      },
    ]);
    expect(bench.session.takeEvents()).toEqual([]);
  });

  test("that held the query for longer than it took has no time of less than nothing", () => {
    const bench = new Bench();
    bench.runTo(100);
    bench.answer({ heldUs: 900_000 });
    expect(bench.session.responders).toMatchObject([{ rttMs: 0 }]);
  });

  test("by another path and from another address is of the same responder", () => {
    const bench = new Bench();
    bench.runTo(100);
    const copy = { address: "10.78.0.9", port: 1060 };
    bench.answer({ heldUs: 90_000 });
    bench.answer({ heldUs: 50_000 });
    bench.answer({ paths: [1], hearsGroup: true }, copy, { interfaceName: "eth1" });
    bench.answer({ paths: [1], hearsGroup: true }, copy);
    expect(bench.events()).toEqual(["found one", "updated one"]);
    expect(bench.session.responders).toMatchObject([
      {
        endpoint: { address: "10.77.0.9", port: 8080 },
        endpoints: [
          { address: "10.77.0.9", port: 8080 },
          { address: "10.78.0.9", port: 8080 },
        ],
        interfaceName: "eth0",
        rttMs: 10,
        paths: [GROUP, LIMITED],
        memberPaths: [LIMITED],
      },
    ]);
  });

  test("that says something else is news, an older one is not", () => {
    const bench = new Bench({ destinations: [GROUP], spacingMs: 0 });
    bench.queriesAt(0);
    bench.answer();
    bench.queriesAt(1000);
    bench.answer({ round: 2, name: "two" });
    bench.answer({ round: 1, name: "one" });
    bench.answer({ round: 2, name: "two", info: { v: "1" } });
    bench.answer({ round: 2, name: "two", info: { v: "1" } });
    expect(bench.events()).toEqual(["found one", "updated two", "updated two"]);
  });

  test("from anywhere a router stands before is not believed where that is wanted", () => {
    const bench = new Bench({ requiresOnLink: true });
    bench.runTo(100);
    expect([
      bench.answer({}, FROM, { hopLimit: 254 }),
      bench.answer({}, FROM, {}),
      bench.answer({}, FROM, { hopLimit: 255 }),
    ]).toEqual(["off-link", "off-link", "accepted"]);
  });

  test("that nobody asked for is counted, and not believed", () => {
    const bench = new Bench();
    const query = bench.session.poll(0)[0]?.payload ?? new Uint8Array();
    bench.runTo(1);
    expect([
      bench.answer({ id: "02".repeat(16) }),
      bench.answer({ round: 2 }),
      bench.answer({ paths: [1] }),
      bench.answer({ paths: [7] }),
      bench.take(query),
      bench.take(new TextEncoder().encode("hi")),
      bench.take(query.subarray(0, 50)),
    ]).toEqual([
      "other-query",
      "never-asked",
      "never-asked",
      "never-asked",
      "not-an-answer",
      "foreign",
      "malformed",
    ]);
    expect([bench.session.responders, bench.events()]).toEqual([[], []]);
    expect(bench.session.counters.verdicts).toMatchObject({
      accepted: 0,
      "other-query": 1,
      "never-asked": 3,
      "not-an-answer": 1,
      foreign: 1,
      malformed: 1,
    });
  });

  test("that names other paths that nothing went by is of the first alone", () => {
    const bench = new Bench();
    bench.runTo(100);
    bench.answer({ paths: [0, 7, 9] });
    expect(bench.session.responders[0]?.paths).toEqual([GROUP]);
  });

  test("of one more than are remembered is counted; those who are known are heard", () => {
    const bench = new Bench({ maxResponders: 2 });
    bench.runTo(100);
    const verdicts = [1, 2, 3, 1].map((index) => bench.answer({ instanceId: instance(index).id }));
    expect(verdicts).toEqual(["accepted", "accepted", "overflow", "accepted"]);
    expect(bench.session.responders.length).toBe(2);
  });
});

describe("those who leave", () => {
  test("are gone at their goodbye, and no late answer brings them back", () => {
    const bench = new Bench();
    bench.runTo(100);
    bench.answer();
    expect([
      bench.bye({ id: ONE.id, secret: new Uint8Array(16) }),
      bench.bye(instance(2)),
      bench.bye(ONE),
      bench.bye(ONE),
      bench.answer(),
    ]).toEqual(["idle-goodbye", "idle-goodbye", "goodbye", "idle-goodbye", "after-goodbye"]);
    expect(bench.events()).toEqual(["found one", "gone one"]);
    expect(bench.session.responders).toEqual([]);
  });

  test("expire when they were not heard of for their time, and may be found again", () => {
    const bench = new Bench({ rounds: 1 });
    bench.runTo(100);
    bench.answer({ ttlSeconds: 10 });
    bench.runTo(5000);
    bench.answer({ ttlSeconds: 10 });
    expect(bench.session.nextDeadlineNs()).toBe(msToNs(15_000));
    bench.runTo(14_999);
    expect(bench.session.responders.length).toBe(1);
    bench.runTo(15_000);
    bench.answer();
    expect(bench.events()).toEqual(["found one", "expired one", "found one"]);
  });
});

describe("paths", () => {
  test("come and go; those that stay keep what is known of them", () => {
    const bench = new Bench({ rounds: 10 });
    bench.runTo(100);
    bench.answer({ paths: [0] });
    bench.session.setDestinations([{ ...LIMITED, interfaceName: "eth1" }, GROUP]);
    expect(bench.answer({ paths: [1] })).toBe("never-asked");
    const queries = bench.queriesAt(1000);
    expect(queries.map(({ path, known }) => [path, known.length])).toEqual([[2, 0]]);
    expect(bench.queriesAt(1002).map(({ path, known }) => [path, known.length])).toEqual([[0, 1]]);
    bench.session.setDestinations([]);
    bench.runTo(2000);
    expect(bench.session.nextDeadlineNs()).toBe(msToNs(120_100));
  });

  test.each([
    ["one of them twice", { destinations: [GROUP, GROUP] }],
    [
      "more than may be",
      {
        destinations: Array.from({ length: 1025 }, (_, index) => ({
          ...GROUP,
          interfaceName: `${index}`,
        })),
      },
    ],
    ["rounds too close", { intervalMs: 999 }],
    ["an interval beyond its most", { intervalMs: 5000, maxIntervalMs: 4000 }],
    ["no round", { rounds: 0 }],
    ["a leisure that has no room", { leisureMs: 65_536 }],
    ["a gap below nothing", { spacingMs: -1 }],
    ["no memory", { maxResponders: 0 }],
  ])("and rules that cannot be are refused: %s", (_what, options) => {
    expect(() => new Bench(options)).toThrow(expect.objectContaining({ code: "UDP_BAD_OPTION" }));
  });

  test("a sweep of a /24 takes half a second, and asks each host by itself", () => {
    const destinations = Array.from({ length: 254 }, (_, index) => ({
      method: "unicast" as const,
      family: 4 as const,
      address: `10.77.0.${index + 1}`,
      interfaceName: undefined,
      source: undefined,
    }));
    const bench = new Bench({ destinations, rounds: 2 });
    const sent = bench.runTo(2000);
    expect([sent.length, sent.at(-1)]).toEqual([254, "unicast 10.77.0.254 506"]);
    bench.answer({ paths: [9] });
    expect(bench.runTo(2500)).toEqual(["unicast 10.77.0.10 2000"]);
  });
});

test("whatever comes, nothing throws, no query is too long, and no destination has too many", () => {
  const step = fc.record({
    afterMs: fc.nat(4000),
    paths: fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
    index: fc.nat(400),
    round: fc.integer({ min: 1, max: 6 }),
    ttlSeconds: fc.integer({ min: 1, max: 9 }),
    cut: fc.option(fc.nat(60)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const bench = new Bench({ rounds: 50 });
      const sent: string[] = [];
      for (const { afterMs, index, cut, ...part } of steps) {
        sent.push(...bench.runTo(bench.nowMs + afterMs));
        if (cut === null) bench.answer({ instanceId: instance(index).id, ...part });
        else
          bench.take(
            new Uint8Array(
              encodeFrame({
                type: "goodbye",
                instanceId: instance(index).id,
                secret: instance(index).secret,
              }),
            ).subarray(0, cut),
          );
      }
      for (const { method } of [GROUP, LIMITED]) {
        const times = sent
          .filter((line) => line.startsWith(method))
          .map((line) => Number(line.split(" ").at(-1)));
        expect(times.slice(1).every((ms, at) => ms - (times[at] ?? 0) >= 999.999)).toBe(true);
      }
      const payloads = bench.session.poll(msToNs(bench.nowMs + 1e6));
      expect(payloads.every(({ payload }) => payload.byteLength <= MAX_FRAME_BYTES)).toBe(true);
    }),
  );
});
