import type { ArrivedDatagram } from "@udp/core";
import { isLengthReply, writeLengthReply } from "@udp/core";
import type { ProbeReflectorHost } from "./probe/reflector.ts";
import { isProbeAnswer, ProbeReflector } from "./probe/reflector.ts";
import type { Responder } from "./responder.ts";

/** Answers with the length or the same bytes, and to the `probe` protocol whatever it asks. */
export class PlainResponder implements Responder {
  readonly #mode: "length" | "echo";
  readonly #probes: ProbeReflector;

  constructor(mode: "length" | "echo", host: ProbeReflectorHost) {
    this.#mode = mode;
    this.#probes = new ProbeReflector(host);
  }

  answer(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number {
    return (
      this.#probes.answer(request, reply, nowNs) ?? this.#answerPlainly(request.payload, reply)
    );
  }

  countRefusal(request: ArrivedDatagram, nowNs: number): void {
    this.#probes.countRefusal(request, nowNs);
  }

  isOwnReply(payload: Uint8Array): boolean {
    return isProbeAnswer(payload) || (this.#mode === "length" && isLengthReply(payload));
  }

  #answerPlainly(payload: Uint8Array, reply: Uint8Array): number {
    if (this.#mode === "length") return writeLengthReply(payload.byteLength, reply);
    reply.set(payload, 0);
    return payload.byteLength;
  }
}
