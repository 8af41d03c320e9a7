import { STAMP_BASE_BYTES } from "@udp/core";
import { HELLO_BYTES, readProbePacket, writeProbePacket } from "./packet.ts";
import { RepeatedRequest } from "./repeated-request.ts";

/**
 * What the far end turned out to be. `probe`: a server of ours, with a session. `echo`: one that sends back
 * what comes. `stamp`: a session-reflector without a key, which took the question for a request. `words`:
 * one that answers with the length alone, from which replies could not be told apart. `others`: one that
 * answers with something else. `full`: a server of ours that has no room. `silence`: nothing that answers
 * in time.
 */
export type OpeningOutcome = "probe" | "echo" | "stamp" | "words" | "others" | "full" | "silence";

/** What an answer to one of our questions says. */
type OpeningAnswer =
  | { readonly outcome: "probe" | "echo" | "stamp" | "full" }
  | { readonly cookie: Uint8Array | undefined };

const HELLO = { type: "hello" } as const;

/** Where a reflector says what it was asked (RFC 8762 section 4.3): number, timestamp and error estimate. */
const REFLECTED_OFFSET = 24;
const REFLECTED_BYTES = 14;

/** What a server says to a hello that answers with the length alone. */
const LENGTH_REPLY = new TextEncoder().encode(`Your data was ${HELLO_BYTES} bytes long`);

/** Finds out what the far end speaks, and opens a session where it can. */
export class Opening {
  readonly #session: bigint;
  readonly #packet = new Uint8Array(HELLO_BYTES);
  readonly #hello = new Uint8Array(HELLO_BYTES);
  readonly #request: RepeatedRequest;
  #cookie: Uint8Array | undefined;
  #hasHadCookie = false;
  #outcome: OpeningOutcome | undefined;
  #outcomeInTheEnd: "silence" | "words" | "others" = "silence";

  constructor(session: bigint, timeoutNs: number) {
    this.#session = session;
    this.#request = new RepeatedRequest(timeoutNs);
    writeProbePacket({ ...HELLO, session, number: 0 }, this.#hello);
  }

  /** `undefined` while it is not known. */
  get outcome(): OpeningOutcome | undefined {
    return this.#outcome;
  }

  get dueAtNs(): number {
    return this.#request.dueAtNs;
  }

  /** The datagram to be sent now. */
  poll(nowNs: number): Uint8Array | undefined {
    if (this.#request.isGivenUp(nowNs)) this.#outcome ??= this.#outcomeInTheEnd;
    const number = this.#outcome === undefined ? this.#request.next(nowNs) : undefined;
    if (number === undefined) return undefined;
    const session = this.#session;
    const cookie = this.#cookie;
    const packet = cookie ? ({ type: "open", cookie } as const) : HELLO;
    writeProbePacket({ ...packet, session, number }, this.#packet);
    return this.#packet;
  }

  /** A datagram from the far end. */
  receive(payload: Uint8Array): void {
    const answer = this.#read(payload);
    if (answer === undefined) this.#noteOther(payload);
    else if ("outcome" in answer) this.#outcome ??= answer.outcome;
    else this.#present(answer.cookie);
  }

  /** Whether a payload answers one of our questions; copies may come when all is settled. */
  isAnswer(payload: Uint8Array): boolean {
    return this.#read(payload) !== undefined;
  }

  #read(payload: Uint8Array): OpeningAnswer | undefined {
    if (this.#isReflected(payload)) return { outcome: "stamp" };
    const packet = readProbePacket(payload);
    if (packet?.session !== this.#session) return undefined;
    if (packet.type === "hello" || packet.type === "open") return { outcome: "echo" };
    if (packet.type === "opened") return { outcome: "probe" };
    if (packet.type === "cookie") return { cookie: packet.cookie.slice() };
    if (packet.type !== "refusal" || packet.reason === "unknown") return undefined;
    return packet.reason === "full" ? { outcome: "full" } : { cookie: undefined };
  }

  /** Whoever forges an answer has not seen the session: what has nothing of it ends nothing. */
  #noteOther(payload: Uint8Array): void {
    if (Buffer.compare(payload, LENGTH_REPLY) === 0) this.#outcomeInTheEnd = "words";
    else if (this.#outcomeInTheEnd === "silence") this.#outcomeInTheEnd = "others";
  }

  /** Goes on with a cookie, or begins again without one. The first goes on at once, so that it is quick. */
  #present(cookie: Uint8Array | undefined): void {
    this.#cookie = cookie;
    if (cookie === undefined || this.#hasHadCookie) return;
    this.#hasHadCookie = true;
    this.#request.restart();
  }

  /** A hello is as long as a request of STAMP; its beginning, with most of the session, comes back. */
  #isReflected(payload: Uint8Array): boolean {
    if (payload.byteLength < STAMP_BASE_BYTES.plain) return false;
    const reflected = payload.subarray(REFLECTED_OFFSET, REFLECTED_OFFSET + REFLECTED_BYTES);
    return Buffer.compare(reflected, this.#hello.subarray(0, REFLECTED_BYTES)) === 0;
  }
}
