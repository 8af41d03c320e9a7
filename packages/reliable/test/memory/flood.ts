import type { DatagramSocket, Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";
import { decodeFrame, encodeFrame } from "../../src/frame.ts";

/** So many at once fit into the buffers of both sockets. */
const WINDOW = 100;
const PAYLOAD = new TextEncoder().encode("Is there room?");

/** Requests with ever new identifiers from one address of loopback, each sent once. */
export class Flood implements AsyncDisposable {
  /** How often the server said what. */
  readonly answerCounts = { answer: 0, busy: 0, cookie: 0, other: 0 };
  readonly #server: Endpoint;
  readonly #firstId: bigint;
  #socket: DatagramSocket | undefined;
  /** The latest that the server has sent: it shows that what it sends is received. */
  #cookie: Uint8Array | undefined;
  #sentCount = 0;
  #missingCount = 0;
  #complete: () => void = () => undefined;

  private constructor(server: Endpoint, number: number) {
    this.#server = server;
    this.#firstId = BigInt(number) << 64n;
  }

  /** @param number the last of its address, 1 to 254; floods with different ones have different requests. */
  static async open(server: Endpoint, number: number): Promise<Flood> {
    const flood = new Flood(server, number);
    await flood.#open({ address: `127.0.0.${number}`, port: 0 });
    return flood;
  }

  /** Sends requests in windows, each when all of the one before are answered. */
  async send(count: number): Promise<void> {
    for (let left = count; left > 0; left -= WINDOW) await this.#exchange(Math.min(left, WINDOW));
  }

  async #open(local: Endpoint): Promise<void> {
    this.#socket = await openBunSocket({ local, onDatagram: (payload) => this.#count(payload) });
  }

  async #exchange(count: number): Promise<void> {
    const answered = new Promise<void>((resolve) => {
      this.#complete = resolve;
    });
    this.#missingCount = count;
    const datagrams = Array.from({ length: count }, () => ({
      payload: this.#nextRequest(),
      to: this.#server,
    }));
    if (this.#socket?.sendMany(datagrams) !== count)
      throw new Error("a window was not taken whole");
    await answered;
  }

  #nextRequest(): Uint8Array {
    const number = this.#firstId + BigInt(this.#sentCount++);
    const id = number.toString(16).padStart(32, "0");
    const known = { bootId: undefined, cookie: this.#cookie };
    return encodeFrame({ type: "request", id, attempt: 1, ...known, payload: PAYLOAD });
  }

  #count(payload: Uint8Array): void {
    this.answerCounts[this.#read(payload)]++;
    if (--this.#missingCount === 0) this.#complete();
  }

  #read(payload: Uint8Array): keyof Flood["answerCounts"] {
    const frame = decodeFrame(payload);
    if (typeof frame === "string") return "other";
    if (frame.type === "cookie") this.#cookie = frame.cookie;
    return frame.type === "answer" || frame.type === "busy" || frame.type === "cookie"
      ? frame.type
      : "other";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket?.[Symbol.asyncDispose]();
  }
}
