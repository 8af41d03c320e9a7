import { describe, expect, test } from "bun:test";
import type { TooBigClaim, TooBigReport } from "./too-big-reports.ts";
import type { Evidence, WayEvidence } from "./verdict.ts";
import { findBlackHole, findPtbLie, judge } from "./verdict.ts";

const CLEAN: Evidence = {
  forward: { pathMtuBytes: 1500, isExact: true, errorProbability: 0 },
  backward: { pathMtuBytes: 1500, isExact: true, errorProbability: 0 },
  interfaceMtuBytes: 1500,
  packetsTooBig: [],
  doFragmentsArrive: true,
  doRoutersFragment: undefined,
};

function way(pathMtuBytes: number | undefined, isExact = true): WayEvidence {
  return { pathMtuBytes, isExact, errorProbability: isExact ? 1e-4 : 0.5 };
}

function tooBig(mtuBytes: number, claim: TooBigClaim = "plausible"): TooBigReport {
  return { from: "10.77.1.2", mtuBytes, quotedBytes: 1500, count: 1, claim };
}

/** A router has said that it carries 1400 bytes. */
const ASKED: Evidence = { ...CLEAN, packetsTooBig: [tooBig(1400)] };

const NARROW: Evidence = { ...CLEAN, forward: way(1280), backward: way(1280) };

describe("the verdict", () => {
  test.each([
    ["clean", CLEAN],
    ["clean", { ...CLEAN, backward: undefined, doFragmentsArrive: undefined }],
    ["icmp", { ...NARROW, packetsTooBig: [tooBig(1280)] }],
    ["icmp", { ...NARROW, packetsTooBig: [tooBig(1400), tooBig(1280)] }],
    ["black-hole", NARROW],
    ["black-hole", { ...NARROW, packetsTooBig: [tooBig(1400)] }],
    ["fragments-dropped", { ...CLEAN, doFragmentsArrive: false }],
    ["fragments-dropped", { ...NARROW, packetsTooBig: [tooBig(1280)], doFragmentsArrive: false }],
    ["icmp", { ...NARROW, packetsTooBig: [tooBig(0, "unstated")] }],
    ["asymmetric", { ...CLEAN, backward: way(1400) }],
    ["asymmetric", { ...CLEAN, backward: way(undefined, false) }],
    ["asymmetric", { ...ASKED, forward: way(1400, false), backward: way(1300) }],
    ["clean", { ...CLEAN, backward: way(1400, false) }],
    ["ptb-lies", { ...CLEAN, packetsTooBig: [tooBig(1400, "too-small")] }],
    ["ptb-lies", { ...NARROW, packetsTooBig: [tooBig(1280), tooBig(40, "below-minimum")] }],
    ["clean", { ...CLEAN, packetsTooBig: [tooBig(1400)] }],
    ["not-measurable", { ...NARROW, forward: way(undefined, false) }],
    ["not-measurable", { ...NARROW, forward: way(1280, false) }],
    ["icmp", { ...NARROW, forward: way(1280, false), packetsTooBig: [tooBig(1280)] }],
  ] as const)("%s", (verdict, evidence) => {
    expect(judge(evidence)).toBe(verdict);
  });
});

describe("a black hole", () => {
  test.each([
    ["all", { ...NARROW, doRoutersFragment: true }],
    ["layer2", { ...NARROW, doRoutersFragment: false }],
    ["unknown", NARROW],
    ["far", { ...NARROW, packetsTooBig: [tooBig(1400)] }],
    [undefined, { ...NARROW, packetsTooBig: [tooBig(1400), tooBig(1280)] }],
    [undefined, CLEAN],
  ] as const)("%s", (kind, evidence) => {
    expect(findBlackHole(evidence)).toBe(kind);
  });
});

test("the first lie is named, and what is plausible or without a number is none", () => {
  const packetsTooBig = [tooBig(1400), tooBig(0, "unstated"), tooBig(1500, "too-large")];
  expect([
    findPtbLie({ ...NARROW, packetsTooBig }),
    findPtbLie({ ...NARROW, packetsTooBig: packetsTooBig.slice(0, 2) }),
  ]).toEqual(["too-large", undefined]);
});
