import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { addressWords, estimateStampError, msToNs, UNKNOWN_CLOCK } from "@udp/core";
import { NOTHING_SEEN } from "../../test/measured-result.ts";
import { StampReflector } from "../stamp/reflector.ts";
import type { ProbePacket } from "./packet.ts";
import { readProbePacket, writeProbePacket } from "./packet.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { ProbePlanOptions } from "./plan.ts";
import { probePlan } from "./plan.ts";
import { createProbeSession } from "./planned-session.ts";
import type { ProbeSession } from "./session.ts";

const TARGET: Endpoint = { address: "192.0.2.1", port: 7007 };
const STRANGER: Endpoint = { address: "192.0.2.1", port: 7008 };
const SESSION = 0x1_0007n;

function createSession(options: ProbePlanOptions = {}): ProbeSession {
  // The identifier is drawn first: seven, and a bit that it always has.
  const random = [0, 7 / 2 ** 32].values();
  const wallClock = { unixNowNs: () => 0n, status: () => UNKNOWN_CLOCK };
  const plan = probePlan({ count: 3, ...options });
  return createProbeSession(TARGET, plan, { wallClock, random: () => random.next().value ?? 0 });
}

/** What it sends at that moment, the times of the sending being that moment too. */
function sent(session: ProbeSession, atMs: number): ProbePacket | undefined {
  const payload = session.poll(msToNs(atMs));
  if (payload === undefined) return undefined;
  const packet = readProbePacket(payload);
  session.noteSent({ delivery: "sent", sentAtNs: msToNs(atMs), returnedAtNs: msToNs(atMs) });
  return packet;
}

function hear(session: ProbeSession, packet: ProbePacket, atMs: number, from = TARGET): void {
  const payload = new Uint8Array(84);
  const length = writeProbePacket(packet, payload);
  session.receive(payload.slice(0, length), from, { atNs: msToNs(atMs) });
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}

const LENGTH_OF_HELLO = text("Your data was 44 bytes long");

function writtenHello(session: bigint): Uint8Array {
  const hello = new Uint8Array(44);
  writeProbePacket({ type: "hello", session, number: 1 }, hello);
  return hello;
}

/** What a session-reflector makes of it. */
function reflected(request: Uint8Array): Uint8Array {
  const reflector = new StampReflector({
    unixNowNs: () => 0n,
    errorEstimate: () => estimateStampError(UNKNOWN_CLOCK),
  });
  const arrival = {
    payload: request,
    sourceAddress: addressWords("192.0.2.2"),
    sourcePort: 40_000,
    hopLimit: 60,
  };
  const reply = new Uint8Array(request.byteLength);
  const outcome = reflector.reflect(arrival, { nowNs: 0, receivedAtUnixNs: 0n }, reply);
  expect(outcome).toBe(reply.byteLength);
  return reply;
}

const ANSWER = { session: SESSION, number: 1 } as const;
const COOKIE: ProbePacket = { ...ANSWER, type: "cookie", cookie: new Uint8Array(24).fill(1) };
const OPENED: ProbePacket = { ...ANSWER, type: "opened", windowSize: 65_536 };

function reply(number: number, replyNumber = number): ProbePacket {
  const stamps = {
    receivedAtUnixNs: 1n,
    sentAtUnixNs: 2n,
    hopLimit: 60,
    isClockSynchronised: false,
  };
  return { type: "reply", session: SESSION, number, replyNumber, ...stamps };
}

/** A session that is open, its first datagram sent at 1 ms. */
function createOpenSession(options: ProbePlanOptions = {}): ProbeSession {
  const session = createSession(options);
  sent(session, 0);
  hear(session, COOKIE, 1);
  sent(session, 1);
  hear(session, OPENED, 1);
  sent(session, 1);
  return session;
}

const SEEN: PeerCounts = { ...NOTHING_SEEN, distinctCount: 3, copyCount: 3, replyCount: 3 };

describe("opening", () => {
  test("presents the cookie, then sends at the intended times, whatever comes back", () => {
    const session = createSession();
    expect([sent(session, 0)?.type, sent(session, 0)]).toEqual(["hello", undefined]);
    hear(session, COOKIE, 2);
    expect(sent(session, 2)).toMatchObject({ type: "open", cookie: new Uint8Array(24).fill(1) });
    hear(session, OPENED, 3);
    const packets = [3, 12, 13, 23, 33].map((ms) => sent(session, ms));
    expect(packets.map((packet) => packet?.number)).toEqual([0, undefined, 1, 2, undefined]);
  });

  test("begins again where its cookie is not good any more", () => {
    const session = createSession();
    sent(session, 0);
    hear(session, COOKIE, 1);
    sent(session, 1);
    hear(session, { ...ANSWER, type: "refusal", reason: "cookie" }, 2);
    expect([sent(session, 2), sent(session, 101)?.type]).toEqual([undefined, "hello"]);
  });

  test("cookies and refusals that never end neither keep it up nor make it hurry", () => {
    const session = createSession({ answerTimeoutMs: 1000 });
    const sentAtMs: number[] = [];
    for (let ms = 0; !session.isOver; ms++) {
      if (sent(session, ms) !== undefined) sentAtMs.push(ms);
      hear(session, COOKIE, ms);
      hear(session, { ...ANSWER, type: "refusal", reason: "cookie" }, ms);
    }
    expect([sentAtMs, session.failure]).toEqual([[0, 1, 101, 301, 701], "silence"]);
  });

  test("a cookie that is lost is asked for again, and one that came goes on at once", () => {
    const session = createSession();
    const types = [0, 100, 300].map((ms) => sent(session, ms)?.type);
    hear(session, COOKIE, 301);
    hear(session, COOKIE, 302);
    types.push(...[301, 302, 401].map((ms) => sent(session, ms)?.type));
    expect(types).toEqual(["hello", "hello", "hello", "open", undefined, "open"]);
  });

  test("a server that sends back what comes is measured with echo", () => {
    const session = createSession();
    sent(session, 0);
    hear(session, { ...ANSWER, type: "hello" }, 1);
    expect([sent(session, 1)?.type, session.protocol]).toEqual(["echo", "echo"]);
  });

  test("ends where there is nothing to measure, and says why", () => {
    const words = createSession({ answerTimeoutMs: 1000 });
    sent(words, 0);
    words.receive(LENGTH_OF_HELLO, TARGET, { atNs: 1 });
    const others = createSession({ answerTimeoutMs: 1000 });
    sent(others, 0);
    others.receive(text("Your data was 1 bytes long"), TARGET, { atNs: 1 });
    const full = createSession();
    sent(full, 0);
    hear(full, { ...ANSWER, type: "refusal", reason: "full" }, 1);
    const onlyProbe = createSession({ protocol: "probe" });
    sent(onlyProbe, 0);
    hear(onlyProbe, { ...ANSWER, type: "hello" }, 1);
    const silent = createSession({ answerTimeoutMs: 1000 });
    sent(silent, 0);
    const sessions = [words, others, full, onlyProbe, silent];
    for (const session of sessions) sent(session, 1000);
    expect(sessions.map(({ isOver, failure }) => [isOver, failure])).toEqual([
      [true, "words"],
      [true, "others"],
      [true, "full"],
      [true, "echo"],
      [true, "silence"],
    ]);
  });

  test("hears nobody but the far end", () => {
    const session = createSession();
    sent(session, 0);
    hear(session, OPENED, 1, STRANGER);
    hear(session, { ...OPENED, session: 0x1_0008n }, 1);
    hear(session, { ...ANSWER, type: "hello", session: 0x1_0008n }, 1);
    expect([sent(session, 1), session.run, session.wrongSourceCount]).toEqual([
      undefined,
      undefined,
      1,
    ]);
  });

  test("what anybody can say ends nothing, and a real answer is believed after it", () => {
    const session = createSession();
    sent(session, 0);
    session.receive(LENGTH_OF_HELLO, TARGET, { atNs: 1 });
    session.receive(reflected(writtenHello(SESSION + (1n << 32n))), TARGET, { atNs: 1 });
    expect([sent(session, 1), session.isOver, session.run]).toEqual([undefined, false, undefined]);
    hear(session, COOKIE, 2);
    expect(sent(session, 2)?.type).toBe("open");
  });

  test("a session-reflector is measured with stamp, unless it is to be probe, or has no room", () => {
    const plans: ProbePlanOptions[] = [
      { payloadBytes: 44 },
      { protocol: "probe" },
      { payloadBytes: 43 },
    ];
    const sessions = plans.map(createSession);
    for (const session of sessions) {
      const hello = session.poll(0) ?? new Uint8Array();
      session.receive(reflected(hello), TARGET, { atNs: 1 });
      session.poll(1);
    }
    expect(sessions.map(({ protocol, failure }) => [protocol, failure])).toEqual([
      ["stamp", undefined],
      [undefined, "stamp"],
      [undefined, "too-short"],
    ]);
  });

  test("is over at once where nobody listens, but not once somebody was heard", () => {
    const plans: ProbePlanOptions[] = [{}, { protocol: "echo" }, { protocol: "echo" }];
    const sessions = plans.map(createSession);
    for (const session of sessions) sent(session, 0);
    const [, , answered] = sessions;
    if (answered) hear(answered, { type: "echo", session: SESSION, number: 0 }, 1);
    sessions.push(createOpenSession());
    for (const session of sessions) session.refuse();
    expect(sessions.map(({ isOver, failure }) => [isOver, failure])).toEqual([
      [true, "refused"],
      [true, "refused"],
      [false, undefined],
      [false, undefined],
    ]);
  });
});

describe("a run", () => {
  test("sends from its first datagram to its last one", () => {
    const session = createOpenSession({ count: 2 });
    const before = createSession().isSending;
    const between = session.isSending;
    sent(session, 11);
    expect([before, between, session.isSending]).toEqual([false, true, false]);
  });

  test("counts replies, copies, late ones and what is no reply", () => {
    const session = createOpenSession({ lateAfterMs: 5 });
    hear(session, reply(0), 2);
    hear(session, reply(0), 3);
    hear(session, reply(0, 1), 7);
    hear(session, reply(1, 2), 7);
    hear(session, { ...ANSWER, type: "refusal", reason: "unknown" }, 7);
    session.receive(new Uint8Array(50), TARGET, { atNs: 7 });
    hear(session, reply(0), 7, STRANGER);
    expect(session.run?.counts).toEqual({
      sentCount: 1,
      replyCount: 3,
      distinctReplyCount: 2,
      highestReplyNumber: 1,
      undecidedCount: 0,
    });
    expect([session.run?.lateCount, session.run?.strays, session.wrongSourceCount]).toEqual([
      1,
      { malformedCount: 2, wrongHmacCount: 0, forgottenCount: 1 },
      1,
    ]);
  });

  test("counts copies of what has opened it nowhere, and none of another session", () => {
    const session = createOpenSession();
    for (const packet of [COOKIE, OPENED, { ...reply(0), session: 0x1_0008n }])
      hear(session, packet, 2);
    for (const reason of ["cookie", "full"] as const) {
      hear(session, { ...ANSWER, type: "refusal", reason }, 2);
    }
    expect([session.run?.counts.replyCount, session.run?.strays]).toEqual([
      0,
      { malformedCount: 1, wrongHmacCount: 0, forgottenCount: 0 },
    ]);
    const echo = createSession();
    sent(echo, 0);
    hear(echo, { ...ANSWER, type: "hello" }, 1);
    sent(echo, 1);
    hear(echo, { ...ANSWER, type: "hello" }, 2);
    hear(echo, { type: "echo", session: 0x1_0008n, number: 0 }, 3);
    hear(echo, { type: "echo", session: SESSION, number: 0 }, 3);
    expect([echo.run?.counts.replyCount, echo.run?.strays.malformedCount]).toEqual([1, 1]);
  });

  test("what the system does not take was not sent, and its time is over", () => {
    const session = createOpenSession();
    session.poll(msToNs(11));
    session.noteSent({ delivery: "no-room", sentAtNs: msToNs(11), returnedAtNs: msToNs(11) });
    expect([sent(session, 11), sent(session, 21)?.number, sent(session, 31)]).toEqual([
      undefined,
      1,
      undefined,
    ]);
    expect([session.run?.unsent, session.run?.counts.sentCount]).toEqual([
      { unsentCount: 1, noRoomCount: 1, tooLargeCount: 0, missedCount: 0 },
      2,
    ]);
  });

  test("is over at once where the first datagram is too large, but not where a later one is", () => {
    const refused = {
      delivery: "too-large",
      sentAtNs: msToNs(1),
      returnedAtNs: msToNs(1),
    } as const;
    const [first, later] = [createSession({ protocol: "echo" }), createOpenSession()];
    first.poll(0);
    first.poll(0);
    for (const session of [first, later]) session.noteSent(refused);
    expect(
      [first, later].map(({ isOver, failure, run }) => [isOver, failure, run?.unsent]),
    ).toEqual([
      [true, "too-large", { unsentCount: 1, noRoomCount: 0, tooLargeCount: 1, missedCount: 0 }],
      [false, undefined, { unsentCount: 1, noRoomCount: 0, tooLargeCount: 1, missedCount: 0 }],
    ]);
  });

  test("ends with its duration, or when it is stopped", () => {
    const session = createOpenSession({ durationMs: 15, count: 100 });
    expect([sent(session, 11)?.number, sent(session, 21)]).toEqual([1, undefined]);
    const stopped = createOpenSession({ count: 100 });
    stopped.stop();
    expect(sent(stopped, 11)).toBeUndefined();
    const unopened = createSession();
    unopened.stop();
    expect([unopened.isOver, sent(unopened, 0)]).toEqual([true, undefined]);
  });
});

describe("closing", () => {
  /** All three datagrams are sent, two at 11 and 21 ms; as many replies came at 22 ms. */
  function createFinishedSession(replyCount: number, options?: ProbePlanOptions): ProbeSession {
    const session = createOpenSession(options);
    for (const ms of [11, 21]) sent(session, ms);
    for (let number = 0; number < replyCount; number++) hear(session, reply(number), 22);
    return session;
  }

  test("waits for copies, then asks until the far end says what it saw", () => {
    const session = createFinishedSession(3);
    expect([sent(session, 22 + 49), sent(session, 22 + 50)?.type]).toEqual([undefined, "close"]);
    expect([sent(session, 72), sent(session, 172)?.number]).toEqual([undefined, 2]);
    hear(session, { ...ANSWER, type: "report", counts: SEEN }, 173);
    sent(session, 173);
    expect([session.isOver, session.peerCounts]).toEqual([true, SEEN]);
  });

  test("waits longer for replies that are missing, or for as long as it is told", () => {
    const session = createFinishedSession(2);
    expect([sent(session, 21 + 999), sent(session, 21 + 1000)?.type]).toEqual([undefined, "close"]);
    const told = createFinishedSession(3, { waitMs: 200 });
    expect([sent(told, 21 + 199), sent(told, 21 + 200)?.type]).toEqual([undefined, "close"]);
  });

  test("copies that never end do not keep it up", () => {
    const session = createFinishedSession(3);
    for (let ms = 40; ms < 21 + 1000; ms += 20) {
      hear(session, reply(2, 2), ms);
      expect(sent(session, ms)).toBeUndefined();
    }
    expect(sent(session, 21 + 1000)?.type).toBe("close");
  });

  test("a long way is waited for, and asked for its counts, as long as it takes", () => {
    const session = createOpenSession();
    for (const ms of [11, 21]) sent(session, ms);
    for (let number = 0; number < 3; number++) hear(session, reply(number), 401 + 10 * number);
    expect([sent(session, 421 + 799), sent(session, 421 + 800)?.type]).toEqual([
      undefined,
      "close",
    ]);
    expect([sent(session, 1221 + 799), sent(session, 1221 + 800)?.number]).toEqual([undefined, 2]);
  });

  test("a stop while it sends, waits or asks leaves it a second for each", () => {
    const options = { waitMs: 20_000, count: 100 };
    const sending = createOpenSession(options);
    sending.stop();
    const waiting = createFinishedSession(2, { ...options, count: 3 });
    expect(sent(waiting, 2000)).toBeUndefined();
    waiting.stop();
    expect([sending, waiting].map(({ isStopped }) => isStopped)).toEqual([true, false]);
    expect([sent(sending, 1000), sent(sending, 1001)?.type]).toEqual([undefined, "close"]);
    expect(sent(waiting, 2000)?.type).toBe("close");
    const asking = createFinishedSession(3);
    sent(asking, 72);
    asking.stop();
    const sessions = [sending, waiting, asking];
    const endsAtMs = [2001, 3000, 1072];
    for (const [index, session] of sessions.entries()) {
      const endAtMs = endsAtMs[index] ?? 0;
      sent(session, endAtMs - 1);
      expect([session.isOver, sent(session, endAtMs), session.isOver]).toEqual([
        false,
        undefined,
        true,
      ]);
    }
  });

  test("waits a minute at most, however late the replies are", () => {
    const session = createFinishedSession(1);
    hear(session, reply(1), 30_021);
    expect([sent(session, 60_020), sent(session, 60_021)?.type]).toEqual([undefined, "close"]);
  });

  test("a report that is older than a reply is not believed", () => {
    const session = createFinishedSession(1);
    hear(session, reply(2), 23);
    sent(session, 1021);
    const older = { ...SEEN, distinctCount: 2, copyCount: 2, replyCount: 2 };
    hear(session, { ...ANSWER, type: "report", counts: older }, 1022);
    expect([sent(session, 1022), session.isOver, sent(session, 1121)?.type]).toEqual([
      undefined,
      false,
      "close",
    ]);
  });

  test("the report of another session is not believed", () => {
    const session = createFinishedSession(3);
    sent(session, 72);
    hear(session, { ...ANSWER, session: 0x1_0008n, type: "report", counts: SEEN }, 73);
    hear(session, { ...ANSWER, session: 0x1_0008n, type: "refusal", reason: "unknown" }, 73);
    expect([sent(session, 73), session.isOver, session.peerCounts]).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  test("ends without a report where the far end has forgotten, or is silent", () => {
    const forgotten = createFinishedSession(3);
    sent(forgotten, 72);
    hear(forgotten, { ...ANSWER, type: "refusal", reason: "unknown" }, 73);
    sent(forgotten, 73);
    const silent = createFinishedSession(3, { answerTimeoutMs: 1000 });
    sent(silent, 72);
    sent(silent, 1072);
    expect([forgotten, silent].map(({ isOver, peerCounts }) => [isOver, peerCounts])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });
});
