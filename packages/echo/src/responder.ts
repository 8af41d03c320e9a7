import type { ArrivedDatagram, RefusalReason } from "@udp/core";
import { refusalReasons } from "@udp/core";
import type { StampRefusal } from "./stamp/reflector.ts";

/**
 * How a server answers: with the length of what it received, with the same bytes (RFC 862), or as a
 * session-reflector of STAMP (RFC 8762).
 */
export type ReplyMode = "length" | "echo" | "stamp";

/** Why a request is not answered; `malformed` and what follows are of STAMP. */
export type EchoRefusal = RefusalReason | StampRefusal;

/** Every one of them. */
export const echoRefusals: readonly EchoRefusal[] = [
  ...refusalReasons,
  "too-short",
  "malformed",
  "wrong-hmac",
  "replayed",
  "no-room",
];

/** What a server answers, once its guard has nothing against it. Nothing that comes makes it throw. */
export interface Responder {
  /**
   * Writes the answer to a request into `reply`, which holds {@link MAX_REPLY_BYTES}, and returns its
   * length; or says why there is none.
   */
  answer(request: ArrivedDatagram, reply: Uint8Array, nowNs: number): number | StampRefusal;
  /** The guard had something against a request. */
  countRefusal(request: ArrivedDatagram, nowNs: number): void;
  /** Whether a payload is what this sends, so that answering it would answer an answer. */
  isOwnReply(payload: Uint8Array): boolean;
}

/** As large as the largest request, which `echo` sends back whole. */
export const MAX_REPLY_BYTES = 65_535;
