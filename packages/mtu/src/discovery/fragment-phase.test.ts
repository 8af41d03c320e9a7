import { describe, expect, test } from "bun:test";
import type { Random } from "@udp/core";
import { seededRandom } from "@udp/core";
import { decodeFrame, encodeFrame } from "../frame.ts";
import type { FragmentPhaseOptions } from "./fragment-phase.ts";
import { FragmentPhase } from "./fragment-phase.ts";

const PIECES = 4;

interface Model {
  /** Of each packet, each way. */
  readonly lossRatio: number;
  readonly passesFragments: boolean;
}

interface Course {
  readonly hasArrived: boolean | undefined;
  readonly packetsAtOnce: readonly number[];
  readonly tookNs: number;
}

/** Runs a phase in virtual time, on a path to a reflector that loses what it loses by chance. */
function run(model: Model, seed: number, options: Partial<FragmentPhaseOptions> = {}): Course {
  const random = seededRandom(seed);
  const arrives = (packets: number): boolean => random() < (1 - model.lossRatio) ** packets;
  const phase = new FragmentPhase({ ...optionsWith(random), ...options }, 0);
  const packetsAtOnce: number[] = [];
  let nowNs = 0;
  while (!phase.isOver) {
    const sent = phase.poll(nowNs);
    if (sent.length > 0) packetsAtOnce.push(packetsOf(sent));
    for (const { payload, mayBeCut = false } of sent) {
      const isPassed = mayBeCut ? model.passesFragments && arrives(PIECES) : arrives(1);
      if (isPassed && arrives(1)) phase.receive(acknowledge(payload));
    }
    nowNs = phase.isOver ? nowNs : phase.nextDeadlineNs();
  }
  return { hasArrived: phase.hasArrived, packetsAtOnce, tookNs: nowNs };
}

function optionsWith(random: Random): FragmentPhaseOptions {
  return {
    family: 4,
    packetBytes: 4500,
    pathMtuBytes: 1500,
    rttNs: 10_000_000,
    loss: { arrivedCount: 4, lostCount: 0 },
    farEnd: "reflector",
    isSequential: false,
    random,
  };
}

function packetsOf(sent: readonly { readonly mayBeCut?: boolean }[]): number {
  return sent.reduce((count, { mayBeCut }) => count + (mayBeCut ? PIECES : 1), 0);
}

function acknowledge(payload: Uint8Array): Uint8Array {
  const { nonce } = decodeFrame(payload) ?? { nonce: 0n };
  return encodeFrame({ type: "acknowledgement", nonce, payloadBytes: payload.byteLength });
}

test("the first one arrives: nothing else is sent", () => {
  expect(run({ lossRatio: 0, passesFragments: true }, 1)).toEqual({
    hasArrived: true,
    packetsAtOnce: [PIECES],
    tookNs: 0,
  });
});

test("none arrives, and whole ones do: within two seconds, never more than 12 packets at once", () => {
  expect(run({ lossRatio: 0, passesFragments: false }, 1)).toEqual({
    hasArrived: false,
    packetsAtOnce: [4, 12, 12, 12, 12, 12],
    tookNs: 1_200_000_000,
  });
});

test("a closed port is asked once a second, five times, which is too few to tell", () => {
  const { hasArrived, packetsAtOnce, tookNs } = run({ lossRatio: 0, passesFragments: false }, 1, {
    farEnd: "closed-port",
  });
  const count = packetsAtOnce.length;
  expect([hasArrived, new Set(packetsAtOnce), tookNs / count]).toEqual([
    undefined,
    new Set([PIECES]),
    1_050_000_000,
  ]);
});

test("a host that cannot send it finds nothing out", () => {
  const phase = new FragmentPhase(optionsWith(seededRandom(1)), 0);
  for (const { refuse } of phase.poll(0)) refuse?.(1500, 0);
  expect([phase.isOver, phase.hasArrived]).toEqual([true, undefined]);
});

describe("loss alone is not taken for a path that drops fragments", () => {
  test.each([0.1, 0.2, 0.3])("%d each way", (lossRatio) => {
    const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
    const results = seeds.map((seed) => run({ lossRatio, passesFragments: true }, seed).hasArrived);
    expect(results.filter((hasArrived) => hasArrived === false)).toEqual([]);
  });
});
