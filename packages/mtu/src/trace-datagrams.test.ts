import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import fc from "fast-check";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { TraceProbe } from "./trace-answer.ts";
import { TraceDatagrams } from "./trace-datagrams.ts";

const ROUTER = "192.0.2.1";
const PROBE: TraceProbe = { id: 7, hopLimit: 3, packetBytes: 200 };

const FAMILIES = [
  { family: 4, address: "198.51.100.2", headerBytes: 28, kind: "icmp", exceeded: 11, unreached: 3 },
  { family: 6, address: "2001:db8::2", headerBytes: 48, kind: "icmp6", exceeded: 3, unreached: 1 },
] as const;

describe.each(FAMILIES)("IPv$family", ({ address, headerBytes, kind, exceeded, unreached }) => {
  const destination = { address, port: 1060 };
  const reached = { kind: "reached", probeId: 7, from: address } as const;

  /** An ICMP error about {@link PROBE}, and what the trace makes of it. */
  function answerTo(error: Partial<SocketError>) {
    const { datagrams, payload } = sent();
    return datagrams.decodeError({
      kind,
      name: "EHOSTUNREACH",
      type: unreached,
      code: 0,
      mtuBytes: undefined,
      offender: ROUTER,
      destination,
      quotedPayload: payload.subarray(0, 8),
      ...error,
    });
  }

  function sent() {
    const datagrams = new TraceDatagrams(destination, seededRandom(1));
    datagrams.encode({ ...PROBE, id: 6 });
    return { datagrams, payload: datagrams.encode(PROBE) };
  }

  test("a probe fills its packet", () => {
    expect(sent().payload.byteLength).toBe(200 - headerBytes);
  });

  test("an acknowledgement and an echo show that the far end was reached", () => {
    const { datagrams, payload } = sent();
    const nonce = decodeFrame(payload)?.nonce ?? 0n;
    const [payloadBytes, type] = [payload.byteLength, "acknowledgement"] as const;
    const answers = [payload, encodeFrame({ type, nonce, payloadBytes })];
    expect(answers.map((answer) => datagrams.decode(answer))).toEqual([reached, reached]);
  });

  test("no other datagram is an answer", () => {
    const { datagrams, payload } = sent();
    const nonce = decodeFrame(payload)?.nonce ?? 0n;
    const payloadBytes = payload.byteLength;
    const foreign = [
      payload.subarray(1),
      encodeFrame({ type: "acknowledgement", nonce, payloadBytes: payloadBytes - 1 }),
      encodeFrame({ type: "acknowledgement", nonce: nonce + 1n, payloadBytes }),
      encodeFrame({ type: "sized-datagram", nonce, payloadBytes }),
      encodeFrame({ type: "cookie-request", nonce }),
    ];
    expect(foreign.filter((answer) => datagrams.decode(answer) !== undefined)).toEqual([]);
  });

  test.each<[string, Partial<SocketError>, unknown]>([
    ["hops used up", { type: exceeded }, { kind: "time-exceeded", probeId: 7, from: ROUTER }],
    [
      "too big",
      { name: "EMSGSIZE", mtuBytes: 1400 },
      { kind: "packet-too-big", probeId: 7, from: ROUTER, mtuBytes: 1400 },
    ],
    ["too big, with no size", { name: "EMSGSIZE" }, undefined],
    ["the target's closed port", { name: "ECONNREFUSED", offender: address }, reached],
    [
      "a router that refuses",
      { name: "ECONNREFUSED" },
      { kind: "unreachable", probeId: 7, from: ROUTER },
    ],
    ["no route", { name: "ENETUNREACH" }, { kind: "unreachable", probeId: 7, from: ROUTER }],
    ["a bad header", { type: kind === "icmp" ? 12 : 4 }, undefined],
    ["a quote without a nonce", { quotedPayload: new Uint8Array(7) }, undefined],
    ["a quote of another", { quotedPayload: new Uint8Array(8) }, undefined],
    ["nobody's word", { type: exceeded, offender: undefined }, undefined],
  ])("in words of the trace: %s", (_name, error, answer) => {
    expect(answerTo(error)).toEqual(answer as ReturnType<typeof answerTo>);
  });

  test("property: junk is never an answer", () => {
    const { datagrams } = sent();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        expect(datagrams.decode(junk)).toBeUndefined();
      }),
    );
  });
});
