import { writeLengthReply } from "@udp/core";
import { decodeFrame, encodeFrame, isAuthentic } from "./frame.ts";

const ANSWER_TEXT_BYTES = 64;

/** A server that answers when it is told to: with the length of what it was asked. */
export class SlowServer {
  readonly #key: Uint8Array;
  #sequence = 0;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The answer in the form of the request: with a header, and authentic, where that was. */
  answer(request: Uint8Array, nowMs: number): Uint8Array {
    const reply = new Uint8Array(ANSWER_TEXT_BYTES);
    const frame = decodeFrame(request);
    if (frame?.kind !== "request")
      return reply.subarray(0, writeLengthReply(request.byteLength, reply));
    const textBytes = writeLengthReply(Buffer.byteLength(frame.text), reply);
    const text = new TextDecoder().decode(reply.subarray(0, textBytes));
    this.#sequence++;
    const { id } = frame;
    const answer = { kind: "answer", sequence: this.#sequence, id, sentAtMs: nowMs, text } as const;
    return encodeFrame(answer, isAuthentic(request, this.#key) ? this.#key : undefined);
  }
}
