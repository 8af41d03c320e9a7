/**
 * The thread behind `watchReadable`: says that it has started; then waits until the descriptor can
 * be read, says so, and waits for its next turn.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ReadableWait } from "./readable-wait.ts";
import { closeStopDescriptor } from "./stop-descriptor.ts";

/** What the thread is given. */
export interface WatchOrder {
  readonly fd: number;
  /** Readable when the thread is to end, which then closes it. */
  readonly stopFd: number;
  /** One number: how often the thread was given its turn. */
  readonly turns: Int32Array;
}

const STOP = 1;

function watch({ fd, stopFd, turns }: WatchOrder): void {
  const wait = new ReadableWait([fd, stopFd]);
  parentPort?.postMessage(undefined);
  Atomics.wait(turns, 0, 0);
  for (let turn = 1; ; turn++) {
    wait.wait();
    if (wait.isReadable(STOP)) break;
    parentPort?.postMessage(undefined);
    Atomics.wait(turns, 0, turn);
  }
  closeStopDescriptor(stopFd);
}

const order: WatchOrder = workerData;
watch(order);
