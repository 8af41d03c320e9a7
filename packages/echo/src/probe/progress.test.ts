import { expect, test } from "bun:test";
import { msToNs, UNKNOWN_CLOCK } from "@udp/core";
import { probePlan } from "./plan.ts";
import { createProbeSession } from "./planned-session.ts";
import type { ProbeProgress } from "./progress.ts";
import { ProgressReports } from "./progress.ts";

const TARGET = { address: "192.0.2.1", port: 7 };

test("progress is told ten times a second at most, with the round trips since the last time", () => {
  const plan = probePlan({ protocol: "echo", intervalMs: 0.1 });
  const wallClock = { unixNowNs: () => 0n, status: () => UNKNOWN_CLOCK };
  const session = createProbeSession(TARGET, plan, { wallClock });
  const told: ProbeProgress[] = [];
  const reports = new ProgressReports(session, (progress) => told.push(progress));
  const exchange = (atMs: number, rttNs: number): void => {
    const sentAtNs = msToNs(atMs);
    const payload = session.poll(sentAtNs)?.slice() ?? new Uint8Array();
    session.noteSent({ delivery: "sent", sentAtNs, returnedAtNs: sentAtNs });
    session.receive(payload, TARGET, { atNs: sentAtNs + rttNs });
    reports.offer(sentAtNs + rttNs);
  };
  reports.offer(0);
  exchange(0, 5);
  exchange(50, 6);
  exchange(99.999_997, 7);
  exchange(100.1, 8);
  expect(told.map(({ sentCount, rttsNs }) => [sentCount, ...rttsNs])).toEqual([
    [1, 5],
    [4, 6, 7, 8],
  ]);
});
