import { describe, expect, test } from "bun:test";
import type { ArrivedDatagram } from "@udp/core";
import {
  addressWords,
  areStampTlvsAuthentic,
  decodeNtpTimestamp,
  encodeStampTlvs,
  ReplyGuard,
  readStampReply,
  readStampRequest,
  STAMP_BASE_BYTES,
  stampBaseBytes,
  stampHmacTlv,
  writeStampRequest,
} from "@udp/core";
import fc from "fast-check";
import type { StampReflectorMode, StampReflectorOptions } from "./reflector.ts";
import { StampReflector } from "./reflector.ts";
import { MAX_STAMP_SESSIONS, SESSION_LIFETIME_NS } from "./session-table.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);

/** What 9601 says. */
const ESTIMATE = { isSynchronised: true, format: "ntp", scale: 22, multiplier: 1 } as const;

/** When the vectors' requests were received and answered. */
const RECEIVED_AT_UNIX_NS = decodeNtpTimestamp(0xebbd_1788_4596_add6n);
const SENT_AT_UNIX_NS = decodeNtpTimestamp(0xebbd_1788_459d_3b8fn);

/** Computed for this project; the HMACs of the base packets agree with `openssl dgst`. */
const VECTORS = {
  request: `00000007ebbd17884575e93b9601beef${"00".repeat(28)}`,
  reply: "00000007ebbd1788459d3b8f9601beefebbd17884596add600000007ebbd17884575e93b9601000040000000",
  thirdReply:
    "00000003ebbd1788459d3b8f9601beefebbd17884596add600000007ebbd17884575e93b9601000040000000",
  authenticatedRequest: `00000007${"00".repeat(12)}ebbd17884575e93b9601beef${"00".repeat(68)}9a16d2bf64f8b4c57e11348566ff8e63`,
  authenticatedReply: `00000007${"00".repeat(12)}ebbd1788459d3b8f9601beef00000000ebbd17884596add6${"00".repeat(8)}00000007${"00".repeat(12)}ebbd17884575e93b9601${"00".repeat(6)}40${"00".repeat(15)}8121f1180ed55f92ab25b5f667d13a67`,
  followUpAndHmac: `80070010${"00".repeat(16)}8008001071c37b63ba9bd12337fa16fb96ffd594`,
  scapyRequest: `00001234000004d2915b573e9234054d${"00".repeat(28)}`,
  teapartyRequest: `00000005${"00".repeat(12)}0000000600000007800200fe${"00".repeat(68)}00112233445566778899aabbccddeeff`,
};

function reflector(options: Partial<StampReflectorOptions> = {}): StampReflector {
  const unixNowNs = (): bigint => SENT_AT_UNIX_NS;
  return new StampReflector({ unixNowNs, errorEstimate: () => ESTIMATE, ...options });
}

interface FromWhere {
  readonly address?: string;
  readonly port?: number;
  readonly hopLimit?: number | undefined;
  readonly nowNs?: number;
}

function arrival(payload: Uint8Array, from: FromWhere = {}): ArrivedDatagram {
  const { address = "192.0.2.1", port = 50_000 } = from;
  const hopLimit = "hopLimit" in from ? from.hopLimit : 64;
  return { payload, sourceAddress: addressWords(address), sourcePort: port, hopLimit };
}

/** The reply in hexadecimal; or why there is none. */
function reflect(by: StampReflector, payload: Uint8Array | string, from?: FromWhere): string {
  const reply = new Uint8Array(65_535);
  const request = arrival(typeof payload === "string" ? bytes(payload) : payload, from);
  const moment = { nowNs: from?.nowNs ?? 0, receivedAtUnixNs: RECEIVED_AT_UNIX_NS };
  const outcome = by.reflect(request, moment, reply);
  return typeof outcome === "string" ? outcome : hex(reply.subarray(0, outcome));
}

function request(sequence: number, key?: Uint8Array): Uint8Array {
  const packet = new Uint8Array(stampBaseBytes(key));
  const timestamp = BigInt(1000 + sequence);
  writeStampRequest({ sequence, timestamp, errorEstimate: ESTIMATE, ssid: 7 }, packet, key);
  return packet;
}

function sequenceOf(reply: string): number | string {
  return /^[0-9a-f]{88,}$/.test(reply) ? Number.parseInt(reply.slice(0, 8), 16) : reply;
}

function bytes(text: string): Uint8Array {
  return Uint8Array.fromHex(text);
}

function hex(payload: Uint8Array): string {
  return payload.toHex();
}

describe("byte for byte", () => {
  test("stateless", () => {
    expect(reflect(reflector(), VECTORS.request)).toBe(VECTORS.reply);
  });

  test("stateful", () => {
    const stateful = reflector({ mode: "stateful" });
    for (let count = 0; count < 3; count++) reflect(stateful, VECTORS.request);
    expect(reflect(stateful, VECTORS.request)).toBe(VECTORS.thirdReply);
  });

  test("authenticated", () => {
    const authenticated = reflector({ key: KEY });
    expect(reflect(authenticated, VECTORS.authenticatedRequest)).toBe(VECTORS.authenticatedReply);
  });

  test("the session-sender of scapy", () => {
    const reply = bytes(reflect(reflector(), VECTORS.scapyRequest));
    const { sequence, timestamp, errorEstimate, ssid } = scapyRequest();
    expect(readStampReply(reply)).toMatchObject({
      sequence,
      ssid,
      senderSequence: sequence,
      senderTimestamp: timestamp,
      senderErrorEstimate: errorEstimate,
      senderTtl: 64,
    });
  });

  test("the authenticated packet of teaparty, whose HMAC is made up", () => {
    expect(reflect(reflector({ key: KEY }), VECTORS.teapartyRequest)).toBe("wrong-hmac");
  });

  function scapyRequest() {
    const read = readStampRequest(bytes(VECTORS.scapyRequest));
    return typeof read === "string" ? expect.unreachable(read) : read;
  }
});

describe("what stands behind the base packet", () => {
  test.each([
    ["padding is known", "80010002aaaa", "00010002aaaa"],
    ["other types are not", "80f00001aa", "80f00001aa"],
    ["a length beyond the packet is malformed", "80010003aaaa", "40010003aaaa"],
    ["zeros of older senders are copied", "000000000000", "000000000000"],
    ["fewer bytes than a TLV has are copied", "800100", "800100"],
  ])("%s", (_what, sent, reflected) => {
    expect(reflect(reflector(), VECTORS.request + sent)).toBe(VECTORS.reply + reflected);
  });

  test("with a key it is believed where its HMAC fits, and has one of the reply's own", () => {
    const stateful = reflector({ key: KEY, mode: "stateful" });
    const { followUpAndHmac } = VECTORS;
    const reply = bytes(reflect(stateful, VECTORS.authenticatedRequest + followUpAndHmac));
    const tlvs = reply.subarray(STAMP_BASE_BYTES.authenticated);
    expect([tlvs[0], tlvs[20], areStampTlvsAuthentic(0, tlvs, KEY)]).toEqual([0x80, 0x00, true]);
  });

  test("with a key it comes back marked where there is none that fits", () => {
    const authenticated = reflector({ key: KEY });
    const reply = reflect(authenticated, `${VECTORS.authenticatedRequest}80f00001aa`);
    expect(reply).toBe(`${VECTORS.authenticatedReply}a0f00001aa`);
  });
});

describe("no reply", () => {
  test.each([
    ["too-short", VECTORS.request.slice(2), undefined],
    ["too-short", "", undefined],
    ["too-short", VECTORS.request, KEY],
    ["malformed", `${VECTORS.request.slice(0, 24)}9600${VECTORS.request.slice(28)}`, undefined],
    ["malformed", VECTORS.authenticatedRequest, undefined],
    ["wrong-hmac", VECTORS.request + "00".repeat(68), KEY],
    ["wrong-hmac", VECTORS.authenticatedRequest, KEY.toReversed()],
  ])("%s: %s", (refusal, payload, key) => {
    expect(reflect(reflector({ key }), payload)).toBe(refusal);
  });

  test("an error estimate of 0 is malformed with a key too", () => {
    const packet = new Uint8Array(112);
    const errorEstimate = { ...ESTIMATE, multiplier: 0 };
    writeStampRequest({ sequence: 0, timestamp: 1n, errorEstimate, ssid: 0 }, packet, KEY);
    expect(reflect(reflector({ key: KEY }), packet)).toBe("malformed");
  });

  test("no room: more sessions than are remembered", () => {
    const stateful = reflector({ mode: "stateful" });
    for (let host = 0; host < MAX_STAMP_SESSIONS; host++) {
      reflect(stateful, VECTORS.request, { address: `10.0.${host >> 8}.${host & 0xff}` });
    }
    expect(reflect(stateful, VECTORS.request)).toBe("no-room");
  });

  test("packets without the right HMAC take no room", () => {
    const authenticated = reflector({ key: KEY });
    const forged = request(0, KEY.toReversed());
    for (let host = 0; host < MAX_STAMP_SESSIONS; host++) {
      reflect(authenticated, forged, { address: `10.0.${host >> 8}.${host & 0xff}` });
    }
    expect(sequenceOf(reflect(authenticated, request(0, KEY)))).toBe(0);
  });

  test("a key that is too short", () => {
    expect(() => reflector({ key: new Uint8Array(15) })).toThrow("key bytes: expected");
  });
});

describe("a copy", () => {
  test("is answered without a key, and counted by a stateful reflector", () => {
    const [stateless, stateful] = [reflector(), reflector({ mode: "stateful" })];
    const sequences = [stateless, stateless, stateful, stateful].map((by) =>
      sequenceOf(reflect(by, request(5))),
    );
    expect(sequences).toEqual([5, 5, 0, 1]);
  });

  test.each(["stateless", "stateful"] as const)("is refused with a key: %s", (mode) => {
    const authenticated = reflector({ key: KEY, mode });
    const outcomes = [0, 0, 1].map((sequence) =>
      sequenceOf(reflect(authenticated, request(sequence, KEY))),
    );
    expect(outcomes).toEqual([0, "replayed", 1]);
  });

  test("is one of its session alone: the HMAC is over no address", () => {
    const authenticated = reflector({ key: KEY });
    const packet = request(0, KEY);
    const outcomes = [{}, { port: 50_001 }, { address: "192.0.2.2" }, {}].map((from) =>
      sequenceOf(reflect(authenticated, packet, from)),
    );
    expect(outcomes).toEqual([0, 0, 0, "replayed"]);
  });
});

test("a session that was silent for 90 minutes is forgotten, and what was replayed is answered", () => {
  const authenticated = reflector({ key: KEY, mode: "stateful" });
  const moments = [0, 1, SESSION_LIFETIME_NS, 2 * SESSION_LIFETIME_NS];
  const outcomes = moments.map((nowNs) =>
    sequenceOf(reflect(authenticated, request(5, KEY), { nowNs })),
  );
  expect(outcomes).toEqual([0, "replayed", "replayed", 0]);
});

test("a sender that begins again is answered, and counted from 0", () => {
  const authenticated = reflector({ key: KEY, mode: "stateful" });
  const again = new Uint8Array(112);
  const errorEstimate = ESTIMATE;
  writeStampRequest({ sequence: 0, timestamp: 9999n, errorEstimate, ssid: 7 }, again, KEY);
  const packets = [request(0, KEY), request(1, KEY), again, request(1, KEY)];
  const outcomes = packets.map((packet) => sequenceOf(reflect(authenticated, packet)));
  expect(outcomes).toEqual([0, 1, 0, "replayed"]);
});

test("a reflector that does not know the TTL says so as TWAMP's do", () => {
  const reply = readStampReply(
    bytes(reflect(reflector(), VECTORS.request, { hopLimit: undefined })),
  );
  expect(reply).toMatchObject({ senderTtl: 255 });
});

describe("two reflectors", () => {
  const A = { address: "192.0.2.1", port: 862 };
  const B = { address: "192.0.2.2", port: 862 };

  /** How many packets pass between them after one that is forged to be from A, at B. */
  function packetsAfterForgery(allowedSourcePorts: readonly number[], key?: Uint8Array): number {
    const ends = [B, A].map((local) => {
      const own = reflector({ key });
      const guard = new ReplyGuard({ local, isOwnReply: own.isOwnReply, allowedSourcePorts });
      return { own, guard, from: local === A ? B : A };
    });
    let packet = request(0, key);
    for (let count = 0; count < 100; count++) {
      const end = ends[count % 2];
      if (end === undefined) break;
      const datagram = arrival(packet, end.from);
      if (end.guard.refuseRequest(datagram, 0) !== undefined) return count;
      const reply = reflect(end.own, packet, end.from);
      if (!/^[0-9a-f]{88,}$/.test(reply)) return count;
      packet = bytes(reply);
    }
    return 100;
  }

  test.each([
    ["do not answer each other's port", [], undefined, 0],
    ["answer no answer, where the port is allowed", [862], undefined, 1],
    ["nor with a key", [862], KEY, 1],
  ] as const)("%s", (_what, allowedSourcePorts, key, count) => {
    expect(packetsAfterForgery(allowedSourcePorts, key)).toBe(count);
  });
});

describe("property", () => {
  const keys = fc.constantFrom(undefined, KEY);
  const modes = fc.constantFrom<StampReflectorMode[]>("stateless", "stateful");

  test("whatever comes, nothing throws, and a reply is as long as its request and echoes it", () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: 44, maxLength: 200 }),
    );
    fc.assert(
      fc.property(payload, keys, modes, (sent, key, mode) => {
        const outcome = reflect(reflector({ key, mode }), sent);
        const read = readStampRequest(sent, key);
        if (typeof read === "string") return expect(outcome).toBe(read);
        const reply = bytes(outcome);
        expect(reply.byteLength).toBe(sent.byteLength);
        expect(readStampReply(reply, key)).toMatchObject({
          ssid: read.ssid,
          senderSequence: read.sequence,
          senderTimestamp: read.timestamp,
          senderErrorEstimate: read.errorEstimate,
        });
      }),
    );
  });

  test("what a key made, with anything behind it, is answered and echoed", () => {
    const rest = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .array(fc.record({ type: fc.nat(255), value: fc.uint8Array({ maxLength: 20 }) }))
        .map((tlvs) => {
          const before = encodeStampTlvs(tlvs);
          return Buffer.concat([before, encodeStampTlvs([stampHmacTlv(3, before, KEY)])]);
        }),
    );
    fc.assert(
      fc.property(rest, keys, modes, (behind, key, mode) => {
        const sent = Buffer.concat([request(3, key), behind]);
        const reply = bytes(reflect(reflector({ key, mode }), sent));
        expect(reply.byteLength).toBe(sent.byteLength);
        expect(readStampReply(reply, key)).toMatchObject({
          sequence: mode === "stateful" ? 0 : 3,
          senderSequence: 3,
        });
      }),
    );
  });

  test("a stateful reflector counts each session by itself, as a map of counters does", () => {
    const host = fc.integer({ min: 1, max: 4 });
    const sequence = fc.nat(5);
    fc.assert(
      fc.property(fc.array(fc.tuple(host, sequence), { maxLength: 60 }), keys, (arrivals, key) => {
        const stateful = reflector({ mode: "stateful", key });
        const counts = new Map<number, number>();
        const seen = new Set<string>();
        for (const [from, number] of arrivals) {
          const count = counts.get(from) ?? 0;
          const isReplayed = key !== undefined && seen.has(`${from} ${number}`);
          const address = `192.0.2.${from}`;
          const outcome = sequenceOf(reflect(stateful, request(number, key), { address }));
          expect(outcome).toBe(isReplayed ? "replayed" : count);
          seen.add(`${from} ${number}`);
          if (!isReplayed) counts.set(from, count + 1);
        }
      }),
    );
  });
});
