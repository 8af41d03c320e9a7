/** A thread of the engine `linux` of `serveEcho`: receives and answers in batches until it is to stop. */
import { parentPort, workerData } from "node:worker_threads";
import type { Endpoint } from "@udp/core";
import { addressFamily, addressWords, isUnspecified } from "@udp/core";
import { BatchSocket, droppedCount, readClockStatus, readUnixTimeNs } from "@udp/core/linux";
import type { EchoRules } from "../create-session.ts";
import { createEchoSession } from "../create-session.ts";
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
  while (Atomics.load(stop, 0) === 0) {
    if (serveBatch(socket, session) > 0) counters.write(session.counters);
  }
}

/** Returns how many datagrams came. */
function serveBatch(socket: BatchSocket, session: EchoSession): number {
  const count = socket.receive();
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
  const takenCount = replyCount === 0 ? 0 : socket.flush();
  session.countReplies(takenCount, replyCount - takenCount);
  return count;
}

const order: ServerOrder = workerData;
serve(order);
