import type { Endpoint } from "@udp/core";
import type { ServerDescriptorOptions } from "@udp/core/linux";
import { openServerDescriptors } from "@udp/core/linux";
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
  readonly #stop: Int32Array;
  readonly #threads: readonly ServerThread[];

  private constructor(local: Endpoint, stop: Int32Array, threads: readonly ServerThread[]) {
    this.local = local;
    this.#stop = stop;
    this.#threads = threads;
  }

  /** Settles when all of them receive. @throws UdpError as `openServerDescriptors`. */
  static async start(what: ThreadedServing): Promise<ServerThreads> {
    const { rules, workerCount, onRequest, ...where } = what;
    const descriptors = openServerDescriptors(where, workerCount);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const order = { rules, workerCount, stop };
    const threads = descriptors.map(
      ({ fd, local }) => new ServerThread({ ...order, fd, local }, onRequest),
    );
    const [{ local }] = descriptors;
    const started = new ServerThreads(local, stop, threads);
    try {
      await Promise.all(threads.map(({ serving }) => serving));
    } catch (error) {
      await started[Symbol.asyncDispose]();
      throw error;
    }
    return started;
  }

  /** Of all threads together, as they are now. */
  get counters(): EchoCounters {
    const counters = createCounters();
    for (const thread of this.#threads) thread.addTo(counters);
    return counters;
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
}
