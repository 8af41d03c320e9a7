/** A thread of the engine `linux` of `serveEcho`: receives and answers in batches until it is to stop. */
import { parentPort, workerData } from "node:worker_threads";
import type { Endpoint } from "@udp/core";
import { addressFamily, addressWords, isUnspecified } from "@udp/core";
import { BatchSocket, droppedCount, readClockStatus, readUnixTimeNs } from "@udp/core/linux";
import type { EchoRules } from "../echo-rules.ts";
import { createEchoSession } from "../echo-rules.ts";
import type { EchoSession } from "../echo-session.ts";
import { kernelWallClock } from "../wall-clock.ts";
import { CounterBoard } from "./counter-board.ts";
import { RequestWriter } from "./request-ring.ts";

/** What a thread says: that it receives; that there are requests, to a reader of its ring that is asleep. */
export type ServerMessage = "serving" | "requests";

function say(message: ServerMessage): void {
  parentPort?.postMessage(message);
}

/** What a thread is given. */
export interface ServerOrder {
  /** Of `openServerDescriptor`; it is closed when the thread has ended. */
  readonly fd: number;
  readonly local: Endpoint;
  readonly rules: EchoRules;
  /**
   * Threads that share the port. All that comes from one address comes to one of them, so what holds for a source
   * holds for each; what holds for all is shared out.
   */
  readonly workerCount: number;
  readonly board: SharedArrayBuffer;
  /** Where requests are noted, for who wants to be told of them. */
  readonly ring: SharedArrayBuffer | undefined;
  /** One number: not 0 when the thread is to end. */
  readonly stop: Int32Array;
}

function serve({ fd, local, rules, workerCount, board, ring, stop }: ServerOrder): void {
  const wallClock = kernelWallClock(readUnixTimeNs, readClockStatus);
  const { session } = createEchoSession(local, rules, {
    wallClock,
    droppedCount: () => droppedCount(fd),
    sharerCount: workerCount,
  });
  const socket = new BatchSocket(fd, {
    family: addressFamily(local.address),
    repliesFromDestination: isUnspecified(addressWords(local.address)),
    reportsHopLimit: rules.reply === "stamp",
    reportsTime: rules.reply === "stamp",
  });
  const counters = new CounterBoard(board);
  const requests = ring && new RequestWriter(ring);
  say("serving");
  for (let count = socket.receive(); Atomics.load(stop, 0) === 0; count = socket.receive()) {
    if (count > 0) serveBatch(count, { socket, session, counters, requests });
  }
}

/** What a thread serves with. */
interface Service {
  readonly socket: BatchSocket;
  readonly session: EchoSession;
  readonly counters: CounterBoard;
  readonly requests: RequestWriter | undefined;
}

function serveBatch(count: number, service: Service): void {
  const { socket, session, counters, requests } = service;
  const replyCount = queueReplies(count, service);
  // Counted beforehand, so that who has a reply finds it counted; what was not taken is taken back.
  session.countReplies(replyCount, 0);
  counters.write(session.counters);
  const unsentCount = replyCount - (replyCount === 0 ? 0 : socket.flush());
  if (requests?.publish()) say("requests");
  if (unsentCount === 0) return;
  session.countReplies(-unsentCount, unsentCount);
  counters.write(session.counters);
}

function queueReplies(count: number, { socket, session, requests }: Service): number {
  const nowNs = Bun.nanoseconds();
  let replyCount = 0;
  for (let index = 0; index < count; index++) {
    const slot = socket.slots[index];
    if (slot === undefined) break;
    requests?.begin(slot);
    const outcome = session.answer(slot, slot.memory, nowNs);
    requests?.end(outcome);
    if (typeof outcome !== "number") continue;
    socket.reply(index, outcome);
    replyCount++;
  }
  return replyCount;
}

const order: ServerOrder = workerData;
serve(order);
