import { expect, test } from "bun:test";
import { pairPlan } from "../topologies/pair.ts";
import { pathPlan } from "../topologies/path.ts";
import { hints, linkCounts, relayCounts } from "./render.ts";

const IDLE = {
  sent: 0,
  dropped: 0,
  lost: 0,
  overflowed: 0,
  passed: 0,
  duplicated: 0,
  delivered: 0,
  reordered: 0,
  underWay: 0,
  housekeeping: 2,
  missed: 0,
  unsent: 0,
};

const BUSY = {
  ...IDLE,
  sent: 20,
  dropped: 5,
  lost: 3,
  overflowed: 2,
  passed: 14,
  duplicated: 1,
  delivered: 16,
  reordered: 4,
};

test("hints name the first host, and the last", () => {
  expect(hints(pathPlan({ mtus: [1500, 1500] }))).toEqual([
    "Every node is a command: `h2 udp-echo server :: &` runs a program at h2, `h2` opens a shell there.",
    "You are at h1: `udp-echo client h2`, `ping h2`; `exit` takes the network away.",
  ]);
});

test("counts of a link: a line for each way", () => {
  const [cable] = pairPlan().cables;
  expect(cable && linkCounts(cable, { forward: BUSY, backward: IDLE })).toEqual([
    "a ~~> b: sent 20, lost 3, overflowed 2, duplicated 1, reordered 4, delivered 16",
    "a <~~ b: sent 0, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 0",
  ]);
});

test("counts of a link that could not keep up say so", () => {
  const [cable] = pairPlan().cables;
  const report = { forward: { ...IDLE, missed: 2 }, backward: { ...IDLE, unsent: 1 } };
  expect(cable && linkCounts(cable, report)).toEqual([
    "a ~~> b: sent 0, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 0, missed 2",
    "a <~~ b: sent 0, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 0, unsent 1",
  ]);
});

test("counts of a relay, and whom it refused", () => {
  const target = { address: "::1", port: 1060 };
  expect(relayCounts(target, { forward: BUSY, backward: IDLE, refused: 3 })).toEqual([
    "clients ~~> [::1]:1060: sent 20, lost 3, overflowed 2, duplicated 1, reordered 4, delivered 16",
    "clients <~~ [::1]:1060: sent 0, lost 0, overflowed 0, duplicated 0, reordered 0, delivered 0",
    "refused for too many clients: 3",
  ]);
});
