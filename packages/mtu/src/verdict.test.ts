import { describe, expect, test } from "bun:test";
import type { Evidence } from "./verdict.ts";
import { findBlackHole, findPtbLie, judge } from "./verdict.ts";

const CLEAN: Evidence = {
  pathMtuBytes: 1500,
  backwardMtuBytes: 1500,
  interfaceMtuBytes: 1500,
  minimumBytes: 68,
  packetsTooBig: [],
  doFragmentsArrive: true,
  doRoutersFragment: undefined,
};

function tooBig(mtuBytes: number, quotedBytes = 1500) {
  return { from: "10.77.1.2", mtuBytes, quotedBytes, count: 1 };
}

const NARROW: Evidence = { ...CLEAN, pathMtuBytes: 1280, backwardMtuBytes: 1280 };

describe("the verdict", () => {
  test.each([
    ["clean", CLEAN],
    ["clean", { ...CLEAN, backwardMtuBytes: undefined, doFragmentsArrive: undefined }],
    ["icmp", { ...NARROW, packetsTooBig: [tooBig(1280)] }],
    ["icmp", { ...NARROW, packetsTooBig: [tooBig(1400), tooBig(1280, 1400)] }],
    ["black-hole", NARROW],
    ["black-hole", { ...NARROW, packetsTooBig: [tooBig(1400)] }],
    ["fragments-dropped", { ...CLEAN, doFragmentsArrive: false }],
    ["fragments-dropped", { ...NARROW, packetsTooBig: [tooBig(1280)], doFragmentsArrive: false }],
    ["asymmetric", { ...CLEAN, backwardMtuBytes: 1400 }],
    ["ptb-lies", { ...CLEAN, packetsTooBig: [tooBig(1400)] }],
    ["ptb-lies", { ...NARROW, packetsTooBig: [tooBig(1500)] }],
    ["ptb-lies", { ...NARROW, packetsTooBig: [tooBig(1280), tooBig(40)] }],
    ["not-measurable", { ...NARROW, pathMtuBytes: undefined }],
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
    [undefined, { ...NARROW, packetsTooBig: [tooBig(1400), tooBig(1280, 1400)] }],
    [undefined, CLEAN],
  ] as const)("%s", (kind, evidence) => {
    expect(findBlackHole(evidence)).toBe(kind);
  });
});

test.each([
  ["too-small", tooBig(1279)],
  ["too-large", tooBig(1500)],
  ["below-minimum", tooBig(67)],
  [undefined, tooBig(1280)],
  [undefined, tooBig(1499)],
] as const)("a Packet Too Big that lies: %s", (lie, packet) => {
  expect(findPtbLie({ ...NARROW, packetsTooBig: [packet] })).toBe(lie);
});
