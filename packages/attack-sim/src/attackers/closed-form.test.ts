import { describe, expect, test } from "bun:test";
import { parseCombination } from "../defences/defence.ts";
import { ATTACKS } from "./catalogue.ts";
import { successChance } from "./closed-form.ts";

function chance(name: string, defences: string, datagramCount: number): number {
  const attack = ATTACKS.find((known) => known.name === name);
  if (attack === undefined) throw new Error(`no attack ${name}`);
  return successChance(attack, parseCombination(defences).rules, datagramCount);
}

describe("guessing is D·F / (N·P·I) of RFC 5452 section 7, with N = 1", () => {
  test.each([
    ["port-guessing", "random-port", 28, 28 / 28_232],
    ["port-guessing", "random-port+id-16+patience", 28, 28 / (28_232 * 65_536)],
    // 7,000 datagrams a second for 0.1 s, as in the RFC's example
    ["id-guessing", "id-16+patience", 700, 700 / 65_536],
    ["id-guessing", "id-64+patience", 256, 256 / 2 ** 64],
  ])("%s on %s with %i datagrams", (name, defences, count, expected) => {
    expect(chance(name, defences, count) / expected).toBeCloseTo(1, 9);
  });

  test("D requests in flight: nearly D times as likely where the chance is small", () => {
    const once = chance("birthday", "id-32+patience+one-in-flight", 64);
    expect(chance("birthday", "id-32+patience", 64) / once).toBeCloseTo(8, 6);
  });

  test("without replacement: as many guesses as there are ports or ids hit for certain", () => {
    expect([
      chance("port-guessing", "few-ports", 256),
      chance("id-guessing", "id-8+patience", 256),
      chance("id-guessing", "id-8+patience", 1000),
    ]).toEqual([1, 1, 1]);
  });
});

describe("one guess is left", () => {
  test.each(["id-8", "id-8+patience+alarm"])("under %s", (defences) => {
    expect(chance("id-guessing", defences, 64)).toBeCloseTo(1 / 256, 12);
  });
});

describe("what a defence does not look at does not help", () => {
  test.each([
    ["forged-source", "source-check+patience", 1],
    ["forged-source", "connected", 1],
    ["late-answer", "source-check+hmac+replay-window+patience", 1],
    ["replay", "hmac+patience", 1],
    ["replay", "hmac+replay-window+patience", 0],
    ["id-copy", "source-check+random-port+id-64+patience", 1],
    ["id-copy", "hmac+patience", 0],
    ["altered-bytes", "hmac+patience", 0],
    ["near-misses", "id-64+patience+alarm", 1],
    ["other-port", "source-check+patience", 0],
  ])("%s on %s: %f", (name, defences, expected) => {
    expect(chance(name, defences, 64)).toBe(expected);
  });
});
