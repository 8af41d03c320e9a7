import { describe, expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { ADDRESS_COOKIE_LIFETIME_NS, ArrivalReader, seededRandom } from "@udp/core";
import fc from "fast-check";
import type { ProbePacket } from "./packet.ts";
import { readProbePacket, writeProbePacket } from "./packet.ts";
import type { SocketCounts } from "./peer.ts";
import { isProbeAnswer, ProbeReflector } from "./reflector.ts";

const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
const STRANGER: Endpoint = { address: "192.0.2.8", port: 40_831 };
const SESSION = 0x01_02_03_04_05_06_07_08n;
const MINUTE_NS = 60_000_000_000;
const CLOSED_SPARED_NS = 10_000_000_000;

/** A reflector whose clock goes on by 5 ns with each look at it. */
function createReflector(socketCounts: () => SocketCounts = busySocket()): ProbeReflector {
  let unixNs = 1000n;
  const unixNowNs = (): bigint => {
    unixNs += 5n;
    return unixNs;
  };
  return new ProbeReflector(
    {
      wallClock: { unixNowNs, status: () => ({ isSynchronised: true, maxErrorNs: 0 }) },
      socketCounts,
    },
    seededRandom(1),
  );
}

/** Between two looks at it a hundred datagrams come. */
function busySocket(): () => SocketCounts {
  let receivedCount = 0;
  return () => {
    receivedCount += 100;
    return { receivedCount, droppedCount: undefined, unsentCount: 0 };
  };
}

interface Exchange {
  readonly from?: Endpoint;
  readonly nowNs?: number;
  readonly bytes?: number;
  readonly hopLimit?: number;
}

function ask(
  reflector: ProbeReflector,
  packet: ProbePacket,
  { from = CLIENT, nowNs = 0, bytes = 84, hopLimit }: Exchange = {},
): ProbePacket | undefined {
  const request = new Uint8Array(bytes).fill(0xab);
  const length = writeProbePacket(packet, request);
  const arrived = new ArrivalReader().read(request.subarray(0, length), from);
  arrived.hopLimit = hopLimit;
  const reply = new Uint8Array(65_535);
  const replyBytes = reflector.answer(arrived, reply, nowNs);
  return replyBytes === undefined ? undefined : readProbePacket(reply.subarray(0, replyBytes));
}

function open(reflector: ProbeReflector, exchange: Exchange = {}, session = SESSION): ProbePacket {
  const answer = ask(reflector, { type: "hello", session, number: 1 }, exchange);
  if (answer?.type !== "cookie") throw new Error(`expected a cookie, got ${answer?.type}`);
  const opened = ask(reflector, { ...answer, type: "open" }, exchange);
  if (opened === undefined) throw new Error("expected an answer");
  return opened;
}

function probe(number: number): ProbePacket {
  return { type: "probe", session: SESSION, number };
}

const CLOSE: ProbePacket = { type: "close", session: SESSION, number: 1 };

describe("ProbeReflector", () => {
  test("answers probes with numbers of its own, stamps and what it saw", () => {
    const reflector = createReflector();
    expect(open(reflector)).toEqual({
      type: "opened",
      session: SESSION,
      number: 1,
      windowSize: 65_536,
    });
    const replies = [7, 3, 7].map((number) => ask(reflector, probe(number), { hopLimit: 61 }));
    const reply = {
      type: "reply",
      session: SESSION,
      hopLimit: 61,
      isClockSynchronised: true,
    } as const;
    expect(replies).toEqual([
      { ...reply, number: 7, replyNumber: 0, receivedAtUnixNs: 1005n, sentAtUnixNs: 1010n },
      { ...reply, number: 3, replyNumber: 1, receivedAtUnixNs: 1015n, sentAtUnixNs: 1020n },
      { ...reply, number: 7, replyNumber: 2, receivedAtUnixNs: 1025n, sentAtUnixNs: 1030n },
    ]);
    expect(ask(reflector, CLOSE)).toMatchObject({
      type: "report",
      counts: { distinctCount: 2, copyCount: 3, replyCount: 3, refusedCount: 0, undecidedCount: 0 },
    });
  });

  test("a reply has the size and the padding of its probe", () => {
    const reflector = createReflector();
    open(reflector);
    const request = crypto.getRandomValues(new Uint8Array(200));
    writeProbePacket(probe(0), request);
    const reply = new Uint8Array(65_535);
    const length = reflector.answer(new ArrivalReader().read(request, CLIENT), reply, 0);
    expect(length).toBe(200);
    expect(reply.subarray(40, 200)).toEqual(request.subarray(40));
  });

  test("remembers nobody without a cookie of theirs", () => {
    const reflector = createReflector();
    const cookie = new Uint8Array(24);
    const unknown = { type: "refusal", session: SESSION, reason: "unknown" } as const;
    expect([
      ask(reflector, { type: "open", session: SESSION, number: 4, cookie }),
      ask(reflector, probe(5)),
      ask(reflector, CLOSE),
    ]).toEqual([
      { type: "refusal", session: SESSION, number: 4, reason: "cookie" },
      { ...unknown, number: 5 },
      { ...unknown, number: 1 },
    ]);
    open(reflector);
    expect(ask(reflector, probe(5), { from: STRANGER })).toMatchObject({ reason: "unknown" });
    expect(open(reflector, { from: STRANGER })).toMatchObject({ reason: "full" });
  });

  test("a cookie is not good for ever", () => {
    const reflector = createReflector();
    const answer = ask(reflector, { type: "hello", session: SESSION, number: 1 });
    if (answer?.type !== "cookie") throw new Error("expected a cookie");
    const nowNs = ADDRESS_COOKIE_LIFETIME_NS;
    expect(ask(reflector, { ...answer, type: "open" }, { nowNs })).toMatchObject({
      reason: "cookie",
    });
  });

  test("opening twice is opening once", () => {
    const reflector = createReflector();
    open(reflector);
    ask(reflector, probe(0));
    expect(open(reflector)).toMatchObject({ type: "opened" });
    expect(ask(reflector, CLOSE)).toMatchObject({ counts: { distinctCount: 1 } });
  });

  test("tells what was refused, and what the socket met with since the session began", () => {
    let counts: SocketCounts = { receivedCount: 40, droppedCount: 10, unsentCount: 5 };
    const reflector = createReflector(() => counts);
    open(reflector);
    counts = { receivedCount: 44, droppedCount: 12, unsentCount: 8 };
    const request = new Uint8Array(40);
    writeProbePacket(probe(0), request);
    reflector.countRefusal(new ArrivalReader().read(request, CLIENT), 0);
    reflector.countRefusal(new ArrivalReader().read(request, STRANGER), 0);
    reflector.countRefusal(new ArrivalReader().read(new Uint8Array(40), CLIENT), 0);
    expect(ask(reflector, CLOSE)).toMatchObject({
      counts: {
        distinctCount: 1,
        copyCount: 1,
        replyCount: 0,
        refusedCount: 1,
        droppedCount: 2,
        unsentCount: 3,
        foreignCount: 2,
      },
    });
  });

  test("holds so many sessions of one host, and forgets those that are silent where it is full", () => {
    const reflector = createReflector();
    const opened = (count: number, from: Endpoint, nowNs: number, firstSession: bigint): string[] =>
      Array.from({ length: count }, (_, index) => {
        const answer = open(reflector, { from, nowNs }, firstSession + BigInt(index));
        return answer.type === "refusal" ? answer.reason : answer.type;
      });
    expect(new Set(opened(64, CLIENT, 0, 100n))).toEqual(new Set(["opened"]));
    expect(opened(1, CLIENT, 0, 900n)).toEqual(["full"]);
    for (let host = 0; host < 15; host++) {
      const from = { address: `198.51.100.${host}`, port: 40_000 };
      expect(new Set(opened(64, from, 0, BigInt(1000 * (host + 1))))).toEqual(new Set(["opened"]));
    }
    expect(opened(1, STRANGER, MINUTE_NS - 1, 5n)).toEqual(["full"]);
    expect(opened(1, STRANGER, MINUTE_NS, 5n)).toEqual(["opened"]);
  });

  test("one host goes on for ever: what it closed, or left silent, makes room for it alone", () => {
    const reflector = createReflector();
    const nextOf = (from: Endpoint, nowNs: number, session: bigint): string => {
      const answer = open(reflector, { from, nowNs }, session);
      return answer.type === "refusal" ? answer.reason : answer.type;
    };
    const close = (session: bigint, nowNs: number): unknown =>
      ask(reflector, { ...CLOSE, session }, { nowNs });
    expect(nextOf(STRANGER, 0, 1n)).toBe("opened");
    for (let session = 100n; session < 164n; session++) {
      expect(nextOf(CLIENT, 0, session)).toBe("opened");
    }
    close(100n, 0);
    expect(nextOf(CLIENT, CLOSED_SPARED_NS - 1, 200n)).toBe("full");
    expect(nextOf(CLIENT, CLOSED_SPARED_NS, 200n)).toBe("opened");
    expect(nextOf(CLIENT, MINUTE_NS - 1, 201n)).toBe("full");
    expect(nextOf(CLIENT, MINUTE_NS, 201n)).toBe("opened");
    expect(nextOf(CLIENT, MINUTE_NS, 1n)).toBe("full");
    expect(close(200n, MINUTE_NS)).toMatchObject({ type: "report" });
  });

  test("a session that was silent for 90 minutes is over", () => {
    const reflector = createReflector();
    open(reflector);
    const types = [89, 178, 268].map(
      (minutes) => ask(reflector, probe(0), { nowNs: minutes * MINUTE_NS })?.type,
    );
    expect(types).toEqual(["reply", "reply", "refusal"]);
    const nowNs = 268 * MINUTE_NS;
    expect(open(reflector, { from: STRANGER, nowNs })).toMatchObject({ type: "opened" });
  });

  test("property: nothing throws, answers are never longer than requests, and never answered", () => {
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .tuple(fc.constantFrom("hello", "probe", "close", "echo"), fc.integer({ min: 40, max: 99 }))
        .map(([type, bytes]) => {
          const payload = new Uint8Array(Math.max(bytes, 84));
          return payload.subarray(
            0,
            writeProbePacket({ type, session: SESSION, number: 1 }, payload),
          );
        }),
    );
    fc.assert(
      fc.property(fc.array(payloads), (requests) => {
        const reflector = createReflector();
        const reply = new Uint8Array(65_535);
        for (const payload of requests) {
          const arrived = new ArrivalReader().read(payload, CLIENT);
          const length = reflector.answer(arrived, reply, 0);
          reflector.countRefusal(arrived, 0);
          if (length === undefined) continue;
          const answer = reply.slice(0, length);
          expect(length).toBeLessThanOrEqual(payload.byteLength);
          expect(isProbeAnswer(answer)).toBe(true);
          expect(
            reflector.answer(new ArrivalReader().read(answer, CLIENT), reply, 0),
          ).toBeUndefined();
        }
      }),
    );
  });
});
