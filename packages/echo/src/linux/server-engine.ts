import type { Endpoint } from "@udp/core";
import type { ServerDescriptorOptions } from "@udp/core/linux";
import { closeDescriptor, openServerDescriptors } from "@udp/core/linux";
import type { EchoRules } from "../echo-rules.ts";
import type { EchoCounters } from "../echo-session.ts";
import { createCounters } from "../echo-session.ts";
import type { EchoRequest } from "../server.ts";
import { ServerThread } from "./server-thread.ts";

/** What is served in threads, and by how many. */
export interface ThreadedServing extends ServerDescriptorOptions {
  readonly rules: EchoRules;
  /** At least 1. */
  readonly workerCount: number;
  readonly onRequest: ((request: EchoRequest) => void) | undefined;
}

/** Threads that serve, until they are closed. */
export class ServerThreads implements AsyncDisposable {
  readonly local: Endpoint;
  readonly #failure = Promise.withResolvers<never>();
  readonly #stop: Int32Array;
  readonly #threads: readonly ServerThread[];

  private constructor(local: Endpoint, stop: Int32Array, threads: readonly ServerThread[]) {
    this.local = local;
    this.#stop = stop;
    this.#threads = threads;
  }

  /**
   * Settles when all of them receive.
   *
   * @throws UdpError as `openServerDescriptors`; `UDP_SYSTEM` where one of them ends at once.
   */
  static async start(what: ThreadedServing): Promise<ServerThreads> {
    const { rules, workerCount, onRequest, ...where } = what;
    const descriptors = openServerDescriptors(where, workerCount);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const order = { rules, workerCount, stop };
    const threads: ServerThread[] = [];
    const [{ local }] = descriptors;
    const started = new ServerThreads(local, stop, threads);
    try {
      for (const where of descriptors) {
        threads.push(new ServerThread({ ...order, ...where }, onRequest));
      }
      await Promise.all(threads.map(({ serving }) => serving));
    } catch (error) {
      for (const { fd } of descriptors.slice(threads.length)) closeDescriptor(fd);
      await started[Symbol.asyncDispose]();
      throw error;
    }
    for (const thread of threads) void started.#endWith(thread);
    return started;
  }

  /** Of all threads together, as they are now. */
  get counters(): EchoCounters {
    const counters = createCounters();
    for (const thread of this.#threads) thread.addTo(counters);
    return counters;
  }

  /**
   * Rejects with a UdpError `UDP_SYSTEM` where one of them has ended although nobody told it to. The others have
   * ended then too: their part of the sources would be the only one that is served.
   */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  /** Requests that the listener was too slow for. */
  get untoldCount(): number {
    return this.#threads.reduce((sum, { untoldCount }) => sum + untoldCount, 0);
  }

  /** They end as soon as they have dealt with what they are at. Idempotent. */
  close(): void {
    if (Atomics.exchange(this.#stop, 0, 1) !== 0) return;
    for (const thread of this.#threads) thread.wake();
  }

  /** Settles when they have ended, and the listener was told. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await Promise.all(this.#threads.map(({ ended }) => ended));
  }

  async #endWith(thread: ServerThread): Promise<void> {
    await thread.ended;
    if (thread.failure === undefined) return;
    await this[Symbol.asyncDispose]();
    this.#failure.reject(thread.failure);
  }
}
