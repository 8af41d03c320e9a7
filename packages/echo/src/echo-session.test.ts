import { describe, expect, test } from "bun:test";
import type { ArrivedDatagram, Endpoint, ReplyLimits } from "@udp/core";
import { ArrivalReader, HostAddresses, isLengthReply, ReplyGuard, UNKNOWN_CLOCK } from "@udp/core";
import fc from "fast-check";
import { EchoSession } from "./echo-session.ts";
import { PlainResponder } from "./plain-responder.ts";
import type { Responder } from "./responder.ts";

const CLIENT = { address: "192.0.2.7", port: 40_831 };
const PAYLOAD = new TextEncoder().encode("The time is now");

function createSession(responder: Responder, limits: ReplyLimits = {}): EchoSession {
  const local = { address: "192.0.2.1", port: 7007 };
  const hostAddresses = new HostAddresses({});
  const guard = new ReplyGuard({ ...limits, local, hostAddresses, isOwnReply: isLengthReply });
  return new EchoSession(responder, guard);
}

function plain(mode: "length" | "echo"): Responder {
  const wallClock = { unixNowNs: () => 0n, status: () => UNKNOWN_CLOCK };
  return new PlainResponder(mode, { wallClock, socketCounts: () => NOTHING });
}

const NOTHING = { receivedCount: 0, droppedCount: undefined, unsentCount: 0 };

function arrived(payload: Uint8Array, from: Endpoint): ArrivedDatagram {
  return new ArrivalReader().read(payload, from);
}

function text(payload: Uint8Array | undefined): string {
  return new TextDecoder().decode(payload);
}

const SILENT = { countRefusal: () => undefined, isOwnReply: () => false };

describe("EchoSession", () => {
  test("answers", () => {
    const [length, echo] = [createSession(plain("length")), createSession(plain("echo"))];
    expect([
      text(length.receive(arrived(PAYLOAD, CLIENT), 0).reply),
      text(echo.receive(arrived(PAYLOAD, CLIENT), 0).reply),
    ]).toEqual(["Your data was 15 bytes long", "The time is now"]);
  });

  test("says why it does not answer, and counts it", () => {
    const session = createSession(plain("length"), { ratePerSource: 1 });
    const ownReply = new TextEncoder().encode("Your data was 15 bytes long");
    const decisions = [
      session.receive(arrived(PAYLOAD, { ...CLIENT, port: 1060 }), 0),
      session.receive(arrived(PAYLOAD, { address: "255.255.255.255", port: 40_831 }), 0),
      session.receive(arrived(PAYLOAD, { address: "192.0.2.1", port: 7007 }), 0),
      session.receive(arrived(ownReply, CLIENT), 0),
      session.receive(arrived(PAYLOAD, CLIENT), 0),
      session.receive(arrived(PAYLOAD, CLIENT), 0),
    ];
    expect(decisions.map(({ reply, refusal }) => refusal ?? text(reply))).toEqual([
      "source-port",
      "source-address",
      "self",
      "own-reply",
      "Your data was 15 bytes long",
      "rate-per-source",
    ]);
    expect(session.counters).toMatchObject({
      receivedCount: 6,
      refusals: {
        "source-port": 1,
        "source-address": 1,
        self: 1,
        "own-reply": 1,
        "rate-per-source": 1,
      },
    });
  });

  test("sends nothing that costs more than three times the request", () => {
    const session = createSession({
      ...SILENT,
      answer: (_request, reply) => reply.byteLength,
    });
    expect(session.receive(arrived(PAYLOAD, CLIENT), 0)).toEqual({ refusal: "amplification" });
    expect(session.counters.refusals.amplification).toBe(1);
  });

  test("counts what its responder has against a request too", () => {
    const session = createSession({ ...SILENT, answer: () => "wrong-hmac" });
    expect(session.receive(arrived(PAYLOAD, CLIENT), 0)).toEqual({ refusal: "wrong-hmac" });
    expect(session.counters.refusals["wrong-hmac"]).toBe(1);
  });

  test("tells its responder what the guard refused", () => {
    const refused: Uint8Array[] = [];
    const countRefusal = ({ payload }: ArrivedDatagram): number => refused.push(payload);
    const session = createSession({ ...SILENT, countRefusal, answer: () => 1 });
    session.receive(arrived(PAYLOAD, { ...CLIENT, port: 7 }), 0);
    session.receive(arrived(PAYLOAD, CLIENT), 0);
    expect(refused).toEqual([PAYLOAD]);
  });

  test("tells sources apart that take turns", () => {
    const session = createSession(plain("length"), { ratePerSource: 1 });
    const sources = ["192.0.2.7", "2001:db8::7", "fe80::7%eth0", "192.0.2.7"];
    const decisions = sources.map((address) =>
      session.receive(arrived(PAYLOAD, { address, port: 40_831 }), 0),
    );
    expect(decisions.map(({ refusal }) => refusal)).toEqual([
      undefined,
      undefined,
      undefined,
      "rate-per-source",
    ]);
  });

  test("counts the replies that the system took, and those that it did not", () => {
    const session = createSession(plain("length"));
    for (const isSent of [true, true, false]) session.countReply(isSent);
    expect(session.counters).toMatchObject({ repliedCount: 2, unsentCount: 1 });
  });

  test("property: whatever comes is answered or refused, and counted once", () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().map((text) => text.toLowerCase()),
    );
    const datagram = fc.record({
      payload: fc.uint8Array(),
      from: fc.record({ address, port: fc.integer({ min: 0, max: 65_535 }) }),
    });
    fc.assert(
      fc.property(fc.array(datagram), (datagrams) => {
        const session = createSession(plain("length"), { ratePerSource: 100 });
        for (const { payload, from } of datagrams) {
          const { reply, refusal } = session.receive(arrived(payload, from), 0);
          expect([reply, refusal].filter((outcome) => outcome !== undefined)).toHaveLength(1);
          if (reply !== undefined) session.countReply(true);
        }
        const { receivedCount, repliedCount, refusals } = session.counters;
        const refusedCount = Object.values(refusals).reduce((sum, count) => sum + count, 0);
        expect([receivedCount, repliedCount + refusedCount]).toEqual([
          datagrams.length,
          datagrams.length,
        ]);
      }),
    );
  });
});
