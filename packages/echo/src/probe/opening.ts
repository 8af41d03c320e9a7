import { isLengthReply, readStampReply } from "@udp/core";
import { HELLO_BYTES, PROBE_MAGIC, readProbePacket, writeProbePacket } from "./packet.ts";
import { RepeatedRequest } from "./repeated-request.ts";

/**
 * What the far end turned out to be. `probe`: a server of ours, with a session. `echo`: one that sends back
 * what comes. `stamp`: a session-reflector without a key, which took the question for a request. `words`: one that answers, but not so that answers could be told apart. `full`: a server
 * of ours that has no room. `silence`: nothing that answers in time.
 */
export type OpeningOutcome = "probe" | "echo" | "stamp" | "words" | "full" | "silence";

const HELLO = { type: "hello" } as const;

/** Finds out what the far end speaks, and opens a session where it can. */
export class Opening {
  readonly #session: bigint;
  readonly #packet = new Uint8Array(HELLO_BYTES);
  readonly #timeoutNs: number;
  #request: RepeatedRequest;
  #cookie: Uint8Array | undefined;
  #outcome: OpeningOutcome | undefined;

  constructor(session: bigint, timeoutNs: number) {
    this.#session = session;
    this.#timeoutNs = timeoutNs;
    this.#request = new RepeatedRequest(timeoutNs);
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
    if (this.#request.isGivenUp(nowNs)) this.#outcome = "silence";
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
    if (isLengthReply(payload)) this.#outcome = "words";
    if (isReflected(payload)) this.#outcome = "stamp";
    const packet = readProbePacket(payload);
    if (packet?.session !== this.#session) return;
    if (packet.type === "hello" || packet.type === "open") this.#outcome = "echo";
    if (packet.type === "opened") this.#outcome = "probe";
    if (packet.type === "cookie") this.#present(packet.cookie.slice());
    if (packet.type !== "refusal") return;
    if (packet.reason === "full") this.#outcome = "full";
    if (packet.reason === "cookie") this.#present(undefined);
  }

  /** Goes on with a cookie, or begins again without one. */
  #present(cookie: Uint8Array | undefined): void {
    if (cookie !== undefined && this.#cookie !== undefined) return;
    this.#cookie = cookie;
    this.#request = new RepeatedRequest(this.#timeoutNs);
  }
}

/** A hello is as long as a request of STAMP, whose sequence number comes back: our first four bytes. */
function isReflected(payload: Uint8Array): boolean {
  const reply = readStampReply(payload);
  return typeof reply === "object" && reply.senderSequence === PROBE_MAGIC;
}
