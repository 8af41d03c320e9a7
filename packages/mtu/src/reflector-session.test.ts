import { describe, expect, test } from "bun:test";
import type { Endpoint, ReplyLimits } from "@udp/core";
import {
  ADDRESS_COOKIE_LIFETIME_NS,
  HostAddresses,
  maxPayloadBytes,
  ReplyGuard,
  seededRandom,
} from "@udp/core";
import fc from "fast-check";
import type { Frame } from "./frame.ts";
import { COOKIE_BYTES, decodeFrame, encodeFrame } from "./frame.ts";
import type { ReflectorDecision } from "./reflector-session.ts";
import { isReflectorAnswer, ReflectorSession } from "./reflector-session.ts";

const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
const CLIENT_6: Endpoint = { address: "2001:db8::7", port: 40_831 };
const NONCE = 0x01_02_03_04_05_06_07_08n;
const NO_COOKIE = new Uint8Array(COOKIE_BYTES);
const NS_PER_MINUTE = 60_000_000_000;

function createSession(budgetBytes?: number, limits: ReplyLimits = {}): ReflectorSession {
  const local = { address: "192.0.2.1", port: 7007 };
  const hostAddresses = new HostAddresses({});
  const guard = new ReplyGuard({ ...limits, local, hostAddresses, isOwnReply: isReflectorAnswer });
  return new ReflectorSession({ guard, budgetBytes, random: seededRandom(1) });
}

/** What a session says to a frame: the frame it answers, or why it does not. */
function ask(session: ReflectorSession, frame: Frame, from = CLIENT, nowNs = 0): unknown {
  const { answer, ignored } = session.receive(encodeFrame(frame), from, nowNs);
  return ignored ?? (answer && decodeFrame(answer.payload));
}

function cookieFor(session: ReflectorSession, from = CLIENT, nowNs = 0): Uint8Array {
  const request = encodeFrame({ type: "cookie-request", nonce: NONCE });
  const { answer } = session.receive(request, from, nowNs);
  const frame = answer && decodeFrame(answer.payload);
  return frame?.type === "cookie" ? frame.cookie : NO_COOKIE;
}

function askSized(
  session: ReflectorSession,
  payloadBytes: number,
  cookie: Uint8Array,
  from = CLIENT,
  nowNs = 0,
): unknown {
  return ask(session, { type: "sized-request", nonce: NONCE, payloadBytes, cookie }, from, nowNs);
}

describe("a probe", () => {
  test.each([40, 1472, 65_507])("of %d bytes is acknowledged with 16", (payloadBytes) => {
    const probe = encodeFrame({ type: "probe", nonce: NONCE, payloadBytes });
    const { answer } = createSession().receive(probe, CLIENT, 0);
    expect([
      answer?.type,
      answer?.payload.byteLength,
      decodeFrame(answer?.payload ?? probe),
    ]).toEqual(["acknowledgement", 16, { type: "acknowledgement", nonce: NONCE, payloadBytes }]);
  });

  test("that was cut, lengthened, or is of another version is ignored and counted", () => {
    const session = createSession();
    const probe = encodeFrame({ type: "probe", nonce: NONCE, payloadBytes: 100 });
    const payloads = [probe.subarray(0, 99), Uint8Array.of(...probe, 0), probe.with(12, 2)];
    const decisions = payloads.map((payload) => session.receive(payload, CLIENT, 0));
    expect(decisions).toEqual(payloads.map(() => ({ ignored: "malformed" })));
    expect(session.counters).toMatchObject({ receivedCount: 3, ignored: { malformed: 3 } });
  });
});

test("what is not of this protocol is ignored and counted", () => {
  const session = createSession();
  const payloads = [new Uint8Array(), new TextEncoder().encode("The time is now, is it not?")];
  const decisions = payloads.map((payload) => session.receive(payload, CLIENT, 0));
  expect(decisions).toEqual([{ ignored: "foreign" }, { ignored: "foreign" }]);
  expect(session.counters).toMatchObject({ ignored: { foreign: 2, malformed: 0 } });
});

describe("the guard stands in front", () => {
  const probe: Frame = { type: "probe", nonce: NONCE, payloadBytes: 40 };

  test.each<[string, Frame, Endpoint]>([
    ["source-address", probe, { address: "255.255.255.255", port: 40_831 }],
    ["source-port", probe, { ...CLIENT, port: 1060 }],
    ["source-port", probe, { ...CLIENT, port: 53 }],
    ["self", probe, { address: "192.0.2.1", port: 7007 }],
    ["own-reply", { type: "acknowledgement", nonce: NONCE, payloadBytes: 40 }, CLIENT],
    ["own-reply", { type: "cookie", nonce: NONCE, cookie: NO_COOKIE }, CLIENT],
    ["own-reply", { type: "sized-datagram", nonce: NONCE, payloadBytes: 40 }, CLIENT],
    ["own-reply", { type: "refusal", nonce: NONCE, payloadBytes: 40, reason: "cookie" }, CLIENT],
  ])("%s", (reason, frame, from) => {
    const session = createSession();
    expect(ask(session, frame, from)).toBe(reason);
    expect(session.counters.ignored.refusals).toMatchObject({ [reason]: 1 });
  });

  test("and limits the rate, of junk too", () => {
    const session = createSession(undefined, { ratePerSource: 2 });
    const junk = new Uint8Array(40);
    expect([
      session.receive(junk, CLIENT, 0).ignored,
      session.receive(junk, CLIENT, 0).ignored,
    ]).toEqual(["foreign", "rate-per-source"]);
  });
});

describe("a sized datagram", () => {
  test.each([
    ["IPv4", CLIENT, 65_507],
    ["IPv6", CLIENT_6, 65_527],
  ])("is sent over %s to whom shows a cookie", (_family, from, mostBytes) => {
    const session = createSession();
    const cookie = cookieFor(session, from);
    const sizes = [40, 1472, mostBytes];
    expect(sizes.map((bytes) => askSized(session, bytes, cookie, from))).toEqual(
      sizes.map((payloadBytes) => ({ type: "sized-datagram", nonce: NONCE, payloadBytes })),
    );
  });

  const refusal = { type: "refusal", nonce: NONCE, payloadBytes: 1472 } as const;

  test("is not sent without a cookie, with another's, or with an old one", () => {
    const session = createSession();
    const own = cookieFor(session);
    const others = cookieFor(session, { ...CLIENT, port: 40_832 });
    expect([
      askSized(session, 1472, NO_COOKIE),
      askSized(session, 1472, others),
      askSized(session, 1472, own, CLIENT, ADDRESS_COOKIE_LIFETIME_NS),
    ]).toEqual(Array(3).fill({ ...refusal, reason: "cookie" }));
    expect(session.counters.refusedSized).toEqual({ cookie: 3, budget: 0, "too-large": 0 });
  });

  test("is not sent when the budget is spent, headers included, until the next minute", () => {
    const session = createSession(4 * 1500);
    const cookie = cookieFor(session);
    const sized = { type: "sized-datagram", nonce: NONCE, payloadBytes: 1472 };
    expect([
      askSized(session, 1473, cookie),
      askSized(session, 1472, cookie),
      askSized(session, 40, cookie),
      askSized(session, 1472, cookieFor(session, CLIENT, NS_PER_MINUTE), CLIENT, NS_PER_MINUTE),
    ]).toEqual([
      { ...refusal, payloadBytes: 1473, reason: "budget" },
      sized,
      { ...refusal, payloadBytes: 40, reason: "budget" },
      sized,
    ]);
  });

  test("over IPv6 costs 48 bytes of headers", () => {
    const session = createSession(4 * 1500);
    const cookie = cookieFor(session, CLIENT_6);
    expect([
      askSized(session, 1453, cookie, CLIENT_6),
      askSized(session, 1452, cookie, CLIENT_6),
    ]).toMatchObject([{ reason: "budget" }, { type: "sized-datagram" }]);
  });

  test("is not sent where no datagram of the family is so large", () => {
    const session = createSession();
    expect(askSized(session, 65_508, cookieFor(session))).toEqual({
      ...refusal,
      payloadBytes: 65_508,
      reason: "too-large",
    });
  });

  test("that the host does not take becomes a word of that", () => {
    const session = createSession();
    const request: Frame = {
      type: "sized-request",
      nonce: NONCE,
      payloadBytes: 1472,
      cookie: cookieFor(session),
    };
    const { answer } = session.receive(encodeFrame(request), CLIENT, 0);
    const instead = answer && session.refuseAsTooLarge(answer);
    expect(instead && decodeFrame(instead.payload)).toEqual({ ...refusal, reason: "too-large" });
    expect(instead && session.refuseAsTooLarge(instead)).toBeUndefined();
    expect(session.counters.refusedSized["too-large"]).toBe(1);
  });
});

test("counts what the system took, and what it did not", () => {
  const session = createSession();
  const payload = new Uint8Array(1000);
  session.countSent({ type: "acknowledgement", payload });
  session.countSent({ type: "sized-datagram", payload });
  session.countUnsent();
  expect(session.counters).toMatchObject({
    sent: { acknowledgement: 1, cookie: 0, "sized-datagram": 1, refusal: 0 },
    sizedPayloadBytes: 1000,
    unsentCount: 1,
  });
});

describe("mutated frames", () => {
  const BUDGET_BYTES = 1_000_000;
  const FRAMES = 100_000;

  interface Arrival {
    readonly payload: Uint8Array;
    readonly from: Endpoint;
    readonly nowNs: number;
    /** The cookie that the sender got, if any. */
    readonly cookie: Uint8Array;
  }

  /** Frames of all types, most of them with a byte changed, cut, or lengthened, over five minutes. */
  function* arrivals(session: ReflectorSession, seed: number): Generator<Arrival> {
    const random = seededRandom(seed);
    const pick = (count: number): number => Math.floor(random() * count);
    for (let index = 0; index < FRAMES; index++) {
      const nowNs = (index / FRAMES) * 5 * NS_PER_MINUTE;
      const from = { address: `10.77.0.${1 + pick(8)}`, port: 40_000 + pick(4) };
      const cookie = pick(2) === 0 ? NO_COOKIE : cookieFor(session, from, nowNs);
      const payloadBytes = 40 + pick(random() < 0.01 ? 65_488 : 3000);
      const nonce = BigInt(index);
      const frames: Frame[] = [
        { type: "probe", nonce, payloadBytes: 40 + pick(60) },
        { type: "cookie-request", nonce },
        { type: "sized-request", nonce, payloadBytes, cookie },
        { type: "cookie", nonce, cookie },
        { type: "refusal", nonce, payloadBytes, reason: "budget" },
      ];
      const payload = encodeFrame(frames[pick(frames.length)] ?? { type: "cookie-request", nonce });
      yield { payload: mutate(payload, pick), from, nowNs, cookie };
    }
  }

  function mutate(payload: Uint8Array, pick: (count: number) => number): Uint8Array {
    switch (pick(4)) {
      case 0:
        return payload.with(pick(payload.byteLength), pick(256));
      case 1:
        return payload.subarray(0, pick(payload.byteLength));
      case 2:
        return Uint8Array.of(...payload, ...new Uint8Array(1 + pick(40)));
      default:
        return payload;
    }
  }

  /** What an answer breaks; `undefined` where nothing. */
  function breach(arrival: Arrival, { answer, ignored }: ReflectorDecision): string | undefined {
    if ((answer === undefined) === (ignored === undefined)) return "neither or both";
    if (answer === undefined) return undefined;
    const frame = decodeFrame(answer.payload);
    if (frame?.type !== answer.type) return "an answer that is none";
    if (answer.type !== "sized-datagram") {
      return answer.payload.byteLength > arrival.payload.byteLength ? "longer" : undefined;
    }
    if (Buffer.compare(arrival.payload.subarray(16), arrival.cookie) !== 0) return "no cookie";
    const wantedBytes = new DataView(arrival.payload.buffer).getUint16(14);
    const isTooLong =
      answer.payload.byteLength > Math.min(wantedBytes, maxPayloadBytes(arrival.from));
    return isTooLong ? "longer than wanted" : undefined;
  }

  test(`${FRAMES} of them: no exception, no answer too long or without cookie, no minute over its budget`, () => {
    const session = createSession(BUDGET_BYTES);
    const breaches = new Set<string | undefined>();
    const types = new Set<string | undefined>();
    const sizedBytes = [0, 0, 0, 0, 0];
    for (const arrival of arrivals(session, 1)) {
      const decision = session.receive(arrival.payload, arrival.from, arrival.nowNs);
      breaches.add(breach(arrival, decision));
      types.add(decision.answer?.type ?? decision.ignored);
      if (decision.answer?.type !== "sized-datagram") continue;
      const minute = Math.floor(arrival.nowNs / NS_PER_MINUTE);
      sizedBytes[minute] = (sizedBytes[minute] ?? 0) + decision.answer.payload.byteLength + 28;
    }
    expect([...breaches]).toEqual([undefined]);
    expect([...types].sort()).toEqual([
      "acknowledgement",
      "cookie",
      "foreign",
      "malformed",
      "own-reply",
      "refusal",
      "sized-datagram",
    ]);
    for (const bytes of sizedBytes) {
      expect(bytes).toBeWithin(BUDGET_BYTES / 2, BUDGET_BYTES + 1);
    }
  });
});

test("property: whatever comes is answered or ignored, and counted once", () => {
  const address = fc.oneof(
    fc.ipV4(),
    fc.ipV6().map((text) => text.toLowerCase()),
  );
  const datagram = fc.record({
    payload: fc.uint8Array({ maxLength: 100 }),
    from: fc.record({ address, port: fc.integer({ min: 0, max: 65_535 }) }),
  });
  fc.assert(
    fc.property(fc.array(datagram), (datagrams) => {
      const session = createSession();
      for (const { payload, from } of datagrams) session.receive(payload, from, 0);
      const { ignored, receivedCount } = session.counters;
      const refusals = Object.values(ignored.refusals).reduce((sum, count) => sum + count, 0);
      expect([receivedCount, refusals + ignored.foreign + ignored.malformed]).toEqual([
        datagrams.length,
        datagrams.length,
      ]);
    }),
  );
});
