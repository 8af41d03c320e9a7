import { Worker } from "node:worker_threads";
import { UdpError } from "@udp/core";
import {
  closeStopDescriptor,
  openStopDescriptor,
  readUnixTimeNs,
  signalStop,
} from "@udp/core/linux";
import { EchoError, isEchoErrorCode } from "../errors.ts";
import type { ProbeProgress } from "../probe/progress.ts";
import type { ProbeResult } from "../probe/result.ts";
import type { ProbeMessage, ProbeOrder } from "./probe-worker.ts";

/** Who hears of a measurement, and who may stop it. */
export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

/** What is measured in a thread. */
export interface ThreadMeasurement extends Omit<ProbeOrder, "stopFd" | "startAtUnixNs"> {
  /** When its first datagram is due, by the clock of this thread; `undefined`: as soon as the far end is ready. */
  readonly startAtNs?: number | undefined;
}

/**
 * Carries measurements out, each in a thread of its own while it lasts. Threads are used again, since
 * the start of one takes a processor from the measurements that go on.
 */
export class ProbeThreads implements Disposable {
  readonly #idle: Worker[] = [];

  /**
   * Measures as ordered, with what was measured until then where it is stopped.
   *
   * @throws EchoError, UdpError as `probe`.
   */
  async run(
    { startAtNs, ...what }: ThreadMeasurement,
    options: ThreadOptions,
  ): Promise<ProbeResult> {
    const { signal } = options;
    signal?.throwIfAborted();
    const startAtUnixNs = startAtNs === undefined ? undefined : inUnixTime(startAtNs);
    const order: ProbeOrder = { ...what, startAtUnixNs, stopFd: openStopDescriptor() };
    const stop = (): void => signalStop(order.stopFd);
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const worker = this.#idle.pop() ?? startWorker();
      const message = await outcomeOf(worker, order, options);
      this.#idle.push(worker);
      if (message.kind === "result") return message.result;
      throw signal?.aborted ? signal.reason : errorOf(message);
    } finally {
      signal?.removeEventListener("abort", stop);
      // Here, and not where it is waited for: an abort might else write to a number that is another one's by now.
      closeStopDescriptor(order.stopFd);
    }
  }

  /** Ends the threads that measure nothing. */
  [Symbol.dispose](): void {
    for (const worker of this.#idle.splice(0)) worker.terminate();
  }
}

function inUnixTime(atNs: number): bigint {
  return readUnixTimeNs() + BigInt(Math.round(atNs - Bun.nanoseconds()));
}

function startWorker(): Worker {
  return new Worker(new URL("./probe-worker.ts", import.meta.url));
}

type LastMessage = Exclude<ProbeMessage, { readonly kind: "progress" }>;

async function outcomeOf(
  worker: Worker,
  order: ProbeOrder,
  { onProgress }: ThreadOptions,
): Promise<LastMessage> {
  const end = Promise.withResolvers<LastMessage>();
  const hear = (message: ProbeMessage): void => {
    if (message.kind === "progress") onProgress?.(message.progress);
    else end.resolve(message);
  };
  const fail = (): void =>
    end.reject(new UdpError("UDP_SYSTEM", "the thread of a probe has ended"));
  // Not every end of a thread is told as an error before.
  worker.on("message", hear).on("error", end.reject).on("exit", fail);
  worker.postMessage(order);
  try {
    return await end.promise;
  } finally {
    worker.off("message", hear).off("error", end.reject).off("exit", fail);
  }
}

function errorOf({ code, message }: LastMessage & { readonly kind: "failure" }): UdpError {
  return isEchoErrorCode(code) ? new EchoError(code, message) : new UdpError(code, message);
}
