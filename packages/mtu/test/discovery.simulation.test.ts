import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import type { Findings } from "../src/discovery/discovery-session.ts";
import { DiscoverySession } from "../src/discovery/discovery-session.ts";
import { findBlackHole } from "../src/verdict.ts";
import type { Model } from "./model-path.ts";
import { INTERFACE_MTU_BYTES, ModelPath } from "./model-path.ts";

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

/** One in a hundred may take loss for a rule. */
const RIGHT_COUNT = 297;

/** One in twenty may not be able to say whether fragments arrive. */
const DECIDED_COUNT = 285;

function measure(model: Model, seed: number): Findings {
  const path = new ModelPath({ ...model, seed });
  const options = {
    family: 4,
    interfaceMtuBytes: INTERFACE_MTU_BYTES,
    isSequential: false,
    kernelPathMtuBytes: () => path.kernelPathMtuBytes,
  } as const;
  const session = new DiscoverySession({ ...options, random: seededRandom(-seed) }, 0);
  path.run(session);
  return session.findings;
}

const NARROW = { forwardBytes: 1280, backwardBytes: 1400 };

describe.each([0.1, 0.2, 0.3])("loss of %d each way", (lossRatio) => {
  test.each([
    ["routers that cut, and say nothing", { cutsPackets: true }, "all"],
    ["routers that do not even cut", { cutsPackets: false }, "layer2"],
    ["routers that say what is too large", { saysTooBig: true }, undefined],
  ])("%s", (_title, behaviour, blackHole) => {
    const found = SEEDS.map((seed) => measure({ ...NARROW, ...behaviour, lossRatio }, seed));
    const right = found.filter(
      (findings) =>
        findings.pathMtuBytes === NARROW.forwardBytes &&
        findings.backwardMtuBytes === NARROW.backwardBytes &&
        findBlackHole(findings) === blackHole,
    );
    expect(right.length).toBeGreaterThanOrEqual(RIGHT_COUNT);
  });

  test("fragments that vanish, and fragments that are merely lost", () => {
    const wide = { forwardBytes: 1500, backwardBytes: 1500, lossRatio };
    const [passed = [], vanished = []] = [true, false].map((passesFragments) =>
      SEEDS.map((seed) => measure({ ...wide, passesFragments }, seed).doFragmentsArrive),
    );
    expect(passed).toEqual(SEEDS.map(() => true));
    expect(vanished.filter((arrive) => arrive === false).length).toBeGreaterThan(DECIDED_COUNT);
  });
});
