import type { DatagramSocket, Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";

/** Sends windows of datagrams, each when the one before it is answered: none is lost on the way. */
export class PacedClient implements AsyncDisposable {
  readonly #socket: DatagramSocket;
  readonly #server: Endpoint;
  readonly #answers: AnswerCount;

  private constructor(socket: DatagramSocket, server: Endpoint, answers: AnswerCount) {
    this.#socket = socket;
    this.#server = server;
    this.#answers = answers;
  }

  static async open(server: Endpoint): Promise<PacedClient> {
    const answers = new AnswerCount();
    const local = { address: "127.0.0.1", port: 0 };
    const socket = await openBunSocket({ local, onDatagram: () => answers.add() });
    return new PacedClient(socket, server, answers);
  }

  /** Sends a window and waits until as many answers have come. */
  async exchange(payloads: readonly Uint8Array[]): Promise<void> {
    const answered = this.#answers.next(payloads.length);
    for (const payload of payloads) {
      while (!this.#socket.send(payload, this.#server)) await this.#socket.drained();
    }
    await answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }
}

class AnswerCount {
  #missingCount = 0;
  #complete: () => void = () => undefined;

  next(count: number): Promise<void> {
    this.#missingCount = count;
    return new Promise((resolve) => {
      this.#complete = resolve;
    });
  }

  add(): void {
    this.#missingCount--;
    if (this.#missingCount === 0) this.#complete();
  }
}
