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

/** What a thread is given. */
export interface ServerOrder {
  /** Of `openServerDescriptor`; it is closed when the thread has ended. */
  readonly fd: number;
  readonly local: Endpoint;
  readonly rules: EchoRules;
  readonly board: SharedArrayBuffer;
  /** One number: not 0 when the thread is to end. */
  readonly stop: Int32Array;
}

function serve({ fd, local, rules, board, stop }: ServerOrder): void {
  const wallClock = kernelWallClock(readUnixTimeNs, readClockStatus);
  const { session } = createEchoSession(local, rules, {
    wallClock,
    droppedCount: () => droppedCount(fd),
  });
  const socket = new BatchSocket(fd, {
    family: addressFamily(local.address),
    repliesFromDestination: isUnspecified(addressWords(local.address)),
    reportsHopLimit: rules.reply === "stamp",
  });
  const counters = new CounterBoard(board);
  parentPort?.postMessage("serving");
  for (let count = socket.receive(); Atomics.load(stop, 0) === 0; count = socket.receive()) {
    if (count > 0) serveBatch(count, { socket, session, counters });
  }
}

/** What a thread serves with. */
interface Service {
  readonly socket: BatchSocket;
  readonly session: EchoSession;
  readonly counters: CounterBoard;
}

function serveBatch(count: number, { socket, session, counters }: Service): void {
  const replyCount = queueReplies(count, socket, session);
  // Counted beforehand, so that who has a reply finds it counted; what was not taken is taken back.
  session.countReplies(replyCount, 0);
  counters.write(session.counters);
  const unsentCount = replyCount - (replyCount === 0 ? 0 : socket.flush());
  if (unsentCount === 0) return;
  session.countReplies(-unsentCount, unsentCount);
  counters.write(session.counters);
}

function queueReplies(count: number, socket: BatchSocket, session: EchoSession): number {
  const nowNs = Bun.nanoseconds();
  let replyCount = 0;
  for (let index = 0; index < count; index++) {
    const slot = socket.slots[index];
    if (slot === undefined) break;
    const outcome = session.answer(slot, slot.memory, nowNs);
    if (typeof outcome !== "number") continue;
    socket.reply(index, outcome);
    replyCount++;
  }
  return replyCount;
}

const order: ServerOrder = workerData;
serve(order);
