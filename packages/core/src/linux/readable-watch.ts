import { Worker } from "node:worker_threads";
import type { WatchOrder } from "./readable-worker.ts";
import { openStopDescriptor, signalStop } from "./stop-descriptor.ts";

/**
 * Calls back, in a turn of the event loop of its own, while a descriptor has something to read, or
 * an error: read until there is nothing left, else it is called again at once. Bun watches no
 * descriptors but its own, so a thread of its own waits for each.
 *
 * A watch keeps the process alive. Dispose of it before the descriptor is closed; no call follows.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export function watchReadable(fd: number, onReadable: () => void): ReadableWatch {
  return new WorkerWatch(fd, onReadable);
}

/** A running watch, see {@link watchReadable}; what comes before it has started is heard late. */
export interface ReadableWatch extends Disposable {
  /** Settles when the thread has started; never where the watch is disposed of before. */
  readonly started: Promise<void>;
}

class WorkerWatch implements ReadableWatch {
  readonly #order: WatchOrder;
  readonly #worker: Worker;
  readonly #onReadable: () => void;
  readonly #start = Promise.withResolvers<void>();
  #hasStarted = false;
  #isDisposed = false;

  constructor(fd: number, onReadable: () => void) {
    this.#onReadable = onReadable;
    this.#order = {
      fd,
      stopFd: openStopDescriptor(),
      turns: new Int32Array(new SharedArrayBuffer(4)),
    };
    this.#worker = new Worker(new URL("./readable-worker.ts", import.meta.url), {
      workerData: this.#order,
    });
    this.#worker.on("message", () => this.#handTurn());
  }

  get started(): Promise<void> {
    return this.#start.promise;
  }

  /** Idempotent. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    signalStop(this.#order.stopFd);
    this.#giveTurnBack();
    this.#worker.unref();
  }

  #handTurn(): void {
    if (this.#isDisposed) return;
    try {
      if (this.#hasStarted) this.#onReadable();
      this.#hasStarted = true;
      this.#start.resolve();
    } finally {
      this.#giveTurnBack();
    }
  }

  #giveTurnBack(): void {
    Atomics.add(this.#order.turns, 0, 1);
    Atomics.notify(this.#order.turns, 0);
  }
}
