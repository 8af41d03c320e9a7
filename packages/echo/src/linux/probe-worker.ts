/** The thread behind the engine `linux` of `probe`: one measurement after the other, as they are ordered. */
import { parentPort } from "node:worker_threads";
import type { Endpoint } from "@udp/core";
import { addressFamily, UdpError } from "@udp/core";
import { MessageSocket, readClockStatus, readUnixTimeNs, setTimerSlack } from "@udp/core/linux";
import type { ProbePlan } from "../probe/plan.ts";
import { createProbeSession } from "../probe/planned-session.ts";
import type { ProbeProgress } from "../probe/progress.ts";
import { ProgressReports } from "../probe/progress.ts";
import type { ProbeResult } from "../probe/result.ts";
import { resultOf } from "../probe/result.ts";
import { kernelWallClock, timeOfDay } from "../wall-clock.ts";
import { BlockingDriver } from "./blocking-driver.ts";
import { measureNoise } from "./noise-floor.ts";

/** What the thread is to measure. */
export interface ProbeOrder {
  readonly target: Endpoint;
  readonly local: Endpoint;
  readonly plan: ProbePlan;
  /** Whether the noise of this machine is measured before. */
  readonly hasNoise: boolean;
  /**
   * When the first datagram is due, in nanoseconds of UNIX time, as the monotonic clock of each thread begins with
   * the thread; `undefined`: as soon as the far end is ready.
   */
  readonly startAtUnixNs: bigint | undefined;
  /** Readable when the sending is to stop. Who ordered closes it, having heard the outcome. */
  readonly stopFd: number;
}

/** What the thread says. An error does not survive the way out of a thread, so it is taken apart. */
export type ProbeMessage =
  | { readonly kind: "progress"; readonly progress: ProbeProgress }
  | { readonly kind: "result"; readonly result: ProbeResult }
  | { readonly kind: "failure"; readonly code: string; readonly message: string };

function say(message: ProbeMessage): void {
  parentPort?.postMessage(message);
}

/** As late as the clock can tell. */
const LEAST_SLACK_NS = 1;

function measure(order: ProbeOrder): ProbeResult {
  const { target, local, plan, hasNoise, startAtUnixNs, stopFd } = order;
  const startAtNs = startAtUnixNs === undefined ? undefined : fromUnixTime(startAtUnixNs);
  setTimerSlack(LEAST_SLACK_NS);
  const noise = hasNoise ? measureNoise() : undefined;
  using socket = openSocket(local, plan);
  const wallClock = kernelWallClock(readUnixTimeNs, readClockStatus);
  const startedAt = timeOfDay(wallClock);
  const session = createProbeSession(target, plan, { wallClock, startAtNs });
  const progress = new ProgressReports(session, (told) =>
    say({ kind: "progress", progress: told }),
  );
  new BlockingDriver({ session, socket, target, stopFd, progress }).run();
  const { local: left, droppedCount } = socket;
  const { isSynchronised: isClockSynchronised } = wallClock.status();
  const place = { target, local: left, droppedCount, engine: "linux", noise, plan } as const;
  return resultOf(session, { ...place, startedAt, isClockSynchronised });
}

function fromUnixTime(atUnixNs: bigint): number {
  return Bun.nanoseconds() + Number(atUnixNs - readUnixTimeNs());
}

function openSocket(local: Endpoint, { hopLimit, dscp, dontFragment }: ProbePlan): MessageSocket {
  const socket = new MessageSocket({ family: addressFamily(local.address), local });
  socket.enlargeReceiveBuffer();
  socket.reportErrors(true);
  socket.reportTimes(true);
  if (hopLimit !== undefined) socket.setHopLimit(hopLimit);
  if (dscp !== undefined) socket.setDscp(dscp);
  if (dontFragment) socket.setMtuDiscovery("probe");
  return socket;
}

function outcome(order: ProbeOrder): ProbeMessage {
  try {
    return { kind: "result", result: measure(order) };
  } catch (error) {
    if (!(error instanceof UdpError)) throw error;
    return { kind: "failure", code: error.code, message: error.message };
  }
}

parentPort?.on("message", (order: ProbeOrder) => say(outcome(order)));
