import { Worker } from "node:worker_threads";
import { UdpError } from "@udp/core";
import { openStopDescriptor, signalStop } from "@udp/core/linux";
import { EchoError, isEchoErrorCode } from "../errors.ts";
import type { ProbeProgress } from "../probe/progress.ts";
import type { ProbeResult } from "../probe/result.ts";
import type { ProbeMessage, ProbeOrder } from "./probe-worker.ts";

/** Who hears of a measurement, and who may stop it. */
export interface ThreadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

/**
 * Carries a measurement out in a thread of its own.
 *
 * @throws EchoError, UdpError as `probe`.
 */
export async function runInThread(
  what: Omit<ProbeOrder, "stopFd">,
  { signal, onProgress }: ThreadOptions,
): Promise<ProbeResult> {
  signal?.throwIfAborted();
  const order: ProbeOrder = { ...what, stopFd: openStopDescriptor() };
  const end = Promise.withResolvers<ProbeResult>();
  const worker = new Worker(new URL("./probe-worker.ts", import.meta.url), { workerData: order });
  worker.on("message", (message: ProbeMessage) => {
    if (message.kind === "progress") onProgress?.(message.progress);
    else if (message.kind === "result") end.resolve(message.result);
    else end.reject(signal?.aborted ? signal.reason : errorOf(message));
  });
  worker.on("error", end.reject);
  const stop = (): void => signalStop(order.stopFd);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await end.promise;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function errorOf({ code, message }: ProbeMessage & { readonly kind: "failure" }): UdpError {
  return isEchoErrorCode(code) ? new EchoError(code, message) : new UdpError(code, message);
}
