import { expect, test } from "bun:test";
import { msToNs, nsToMs, seededRandom } from "@udp/core";
import { INTERFACE_MTU_BYTES, ModelPath } from "../../test/model-path.ts";
import { DiscoverySession } from "./discovery-session.ts";

const INTERVAL_NS = msToNs(30_000);

function startSession(path: ModelPath, seed: number): DiscoverySession {
  const options = {
    family: 4,
    interfaceMtuBytes: INTERFACE_MTU_BYTES,
    isSequential: false,
    confirmationIntervalNs: INTERVAL_NS,
    kernelPathMtuBytes: () => path.kernelPathMtuBytes,
  } as const;
  return new DiscoverySession({ ...options, random: seededRandom(seed) }, path.nowNs);
}

function measured(path: ModelPath): DiscoverySession {
  const session = startSession(path, 7);
  path.run(session);
  return session;
}

test("a path that stays is confirmed, once an interval each way, and raised after ten minutes", () => {
  const path = new ModelPath({ forwardBytes: 1400, backwardBytes: 1400 });
  const session = measured(path);
  const endNs = path.nowNs;
  const probeCounts = (): number[] => {
    const { forward, backward } = session.findings;
    return [forward.probeCount, backward?.probeCount ?? 0];
  };
  const [forwardBefore = 0, backwardBefore = 0] = probeCounts();
  const keeping = session.keep();
  path.run(keeping, endNs + 10 * INTERVAL_NS);
  const [forward = 0, backward = 0] = probeCounts();
  expect([keeping.isOver, forward - forwardBefore]).toEqual([false, 10]);
  // A cookie that has expired meanwhile costs a probe.
  expect(backward - backwardBefore).toBeWithin(10, 16);
  path.run(keeping);
  expect([keeping.isOver, Math.round(nsToMs(path.nowNs - endNs) / 1000)]).toEqual([true, 600]);
});

test.each(["forwardBytes", "backwardBytes"] as const)(
  "%s: a way that narrows is noticed when it is confirmed next, and measured anew",
  (way) => {
    const path = new ModelPath({ forwardBytes: 1500, backwardBytes: 1500 });
    const keeping = measured(path).keep();
    path.change({ [way]: 1280 });
    const changedNs = path.nowNs;
    path.run(keeping);
    const noticedNs = path.nowNs;
    const { pathMtuBytes, backwardMtuBytes } = measured(path).findings;
    expect([pathMtuBytes, backwardMtuBytes].toSorted()).toEqual([1280, 1500]);
    expect(noticedNs - changedNs).toBeLessThan(INTERVAL_NS + msToNs(5000));
  },
);

test("a way that widens is noticed when larger sizes are due", () => {
  const path = new ModelPath({ forwardBytes: 1400, backwardBytes: 1500 });
  const keeping = measured(path).keep();
  path.change({ forwardBytes: 1500 });
  path.run(keeping);
  expect(measured(path).findings.pathMtuBytes).toBe(1500);
});

test("cookies that expire are asked for again, however often", () => {
  const path = new ModelPath({ forwardBytes: 1500, backwardBytes: 1500 });
  const session = measured(path);
  const keeping = session.keep();
  path.run(keeping, path.nowNs + 19 * INTERVAL_NS);
  expect([keeping.isOver, session.findings.backwardMtuBytes]).toEqual([false, 1500]);
});
