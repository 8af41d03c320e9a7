import { Worker } from "node:worker_threads";
import type { Endpoint } from "@udp/core";
import type { ServerDescriptor, ServerDescriptorOptions } from "@udp/core/linux";
import { closeDescriptor, openServerDescriptor, stopReceiving } from "@udp/core/linux";
import type { EchoRules } from "../echo-rules.ts";
import type { EchoCounters } from "../echo-session.ts";
import { createCounters } from "../echo-session.ts";
import { CounterBoard, createBoardMemory } from "./counter-board.ts";
import type { ServerOrder } from "./server-worker.ts";

/** What is served in threads, and by how many. */
export interface ThreadedServing extends Omit<ServerDescriptorOptions, "sharesPort"> {
  readonly rules: EchoRules;
  /** At least 1. */
  readonly workerCount: number;
}

/** Threads that serve, until they are closed. */
export class ServerThreads implements AsyncDisposable {
  readonly local: Endpoint;
  readonly #boards: readonly CounterBoard[];
  readonly #stop: Int32Array;
  readonly #threads: readonly ServerThread[];

  private constructor(
    local: Endpoint,
    boards: readonly CounterBoard[],
    stop: Int32Array,
    threads: readonly ServerThread[],
  ) {
    this.local = local;
    this.#boards = boards;
    this.#stop = stop;
    this.#threads = threads;
  }

  /** Settles when all of them receive. @throws UdpError as `openServerDescriptor`. */
  static async start({ rules, workerCount, ...where }: ThreadedServing): Promise<ServerThreads> {
    const descriptors = openDescriptors(where, workerCount);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const memories = descriptors.map(() => createBoardMemory());
    const threads = descriptors.map(({ fd, local }, index) => {
      const board = memories[index] ?? createBoardMemory();
      return startThread({ fd, local, rules: shareOf(rules, workerCount), board, stop });
    });
    const [{ local }] = descriptors;
    const boards = memories.map((memory) => new CounterBoard(memory));
    const started = new ServerThreads(local, boards, stop, threads);
    await Promise.all(threads.map(({ serving }) => serving));
    return started;
  }

  /** Of all threads together, as they are now. */
  get counters(): EchoCounters {
    const counters = createCounters();
    for (const board of this.#boards) board.addTo(counters);
    return counters;
  }

  /** They end as soon as they have dealt with what they are at. Idempotent. */
  close(): void {
    if (Atomics.exchange(this.#stop, 0, 1) !== 0) return;
    for (const { fd } of this.#threads) stopReceiving(fd);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await Promise.all(this.#threads.map(({ ended }) => ended));
  }
}

type Descriptors = readonly [ServerDescriptor, ...ServerDescriptor[]];

/** A port that another program has, it shares with nobody: it is bound alone before it is shared. */
function openDescriptors(
  where: Omit<ServerDescriptorOptions, "sharesPort">,
  count: number,
): Descriptors {
  const alone = openServerDescriptor(where);
  if (count === 1) return [alone];
  closeDescriptor(alone.fd);
  const shared = { ...where, local: alone.local, sharesPort: true };
  const others = Array.from({ length: count - 1 }, () => openServerDescriptor(shared));
  return [openServerDescriptor(shared), ...others];
}

/** A flow stays with one thread, so what holds for a source holds for each; what holds for all is shared out. */
function shareOf(rules: EchoRules, workerCount: number): EchoRules {
  const { rateTotal } = rules;
  return typeof rateTotal === "number" ? { ...rules, rateTotal: rateTotal / workerCount } : rules;
}

interface ServerThread {
  readonly fd: number;
  readonly serving: Promise<void>;
  readonly ended: Promise<void>;
}

function startThread(order: ServerOrder): ServerThread {
  const serving = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const worker = new Worker(new URL("./server-worker.ts", import.meta.url), { workerData: order });
  worker.once("message", () => serving.resolve());
  worker.once("error", (error) => serving.reject(error));
  worker.once("exit", () => {
    closeDescriptor(order.fd);
    ended.resolve();
  });
  return { fd: order.fd, serving: serving.promise, ended: ended.promise };
}
