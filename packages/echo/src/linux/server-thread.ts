import { Worker } from "node:worker_threads";
import { tell, UdpError } from "@udp/core";
import { closeDescriptor, stopReceiving } from "@udp/core/linux";
import type { EchoCounters } from "../echo-session.ts";
import type { EchoRequest } from "../server.ts";
import { CounterBoard, createBoardMemory } from "./counter-board.ts";
import { createRingMemory, RequestReader } from "./request-ring.ts";
import type { ServerMessage, ServerOrder } from "./server-worker.ts";

/** After so many requests in a row the event loop has its turn. */
const MAX_TOLD_IN_A_ROW = 1024;

/** A thread that serves, seen from the one that it was started by. */
export class ServerThread {
  /** It receives. Rejects with a UdpError `UDP_SYSTEM` where it ends before. */
  readonly serving: Promise<void>;
  /** It has ended, and has told everything. */
  readonly ended: Promise<void>;
  readonly #order: Pick<ServerOrder, "fd" | "stop">;
  readonly #board: CounterBoard;
  readonly #requests: RequestReader | undefined;
  readonly #onRequest: ((request: EchoRequest) => void) | undefined;
  #hasEnded = false;
  #failure: UdpError | undefined;

  /** @param onRequest may be slow: what there is no room for meanwhile, it is not told of. */
  constructor(
    what: Omit<ServerOrder, "board" | "ring">,
    onRequest: ((request: EchoRequest) => void) | undefined,
  ) {
    const board = createBoardMemory();
    const ring = onRequest && createRingMemory();
    this.#order = what;
    this.#board = new CounterBoard(board);
    this.#requests = ring && new RequestReader(ring);
    this.#onRequest = onRequest;
    const [serving, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const workerData: ServerOrder = { ...what, board, ring };
    const worker = new Worker(new URL("./server-worker.ts", import.meta.url), { workerData });
    worker.on("message", (message: ServerMessage) => {
      if (message === "serving") serving.resolve();
      else this.#tellSome();
    });
    let cause: Error | undefined;
    worker.once("error", (error: Error) => {
      cause = error;
    });
    // Not every end of a thread is told as an error before.
    worker.once("exit", () => {
      const failure = this.#end(cause);
      while (this.#tellNext());
      serving.reject(failure);
      ended.resolve();
    });
    this.serving = serving.promise;
    this.ended = ended.promise;
  }

  /** Why it has ended although nobody told it to. */
  get failure(): UdpError | undefined {
    return this.#failure;
  }

  /** Requests that there was no room for so far. */
  get untoldCount(): number {
    return this.#requests?.untoldCount ?? 0;
  }

  addTo(counters: EchoCounters): void {
    this.#board.addTo(counters);
  }

  /** Ends its wait: it then looks whether it is to stop. */
  wake(): void {
    // Its descriptor's number may be another one's by now.
    if (!this.#hasEnded) stopReceiving(this.#order.fd);
  }

  #end(cause: Error | undefined): UdpError {
    this.#hasEnded = true;
    closeDescriptor(this.#order.fd);
    const failure = new UdpError(
      "UDP_SYSTEM",
      `a thread of the server has ended${cause === undefined ? "" : `: ${cause.message}`}`,
      { cause },
    );
    if (Atomics.load(this.#order.stop, 0) === 0) this.#failure = failure;
    return failure;
  }

  #tellSome(): void {
    for (let toldCount = 0; toldCount < MAX_TOLD_IN_A_ROW; toldCount++) {
      if (!this.#tellNext()) return;
    }
    setImmediate(() => this.#tellSome());
  }

  #tellNext(): boolean {
    const request = this.#requests?.next();
    if (request !== undefined) tell(this.#onRequest, request);
    return request !== undefined;
  }
}
