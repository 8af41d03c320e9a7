import type { Endpoint } from "@udp/core";
import { nsToMs } from "@udp/core";
import type { ReliableError } from "./errors.ts";
import type { BootId, RequestId } from "./frame.ts";
import type { Peer } from "./peer.ts";

/** What a request came to. */
export interface Answer {
  readonly payload: Uint8Array;
  /** Who answered. */
  readonly from: Endpoint;
  /** Transmissions of the request, 1 or more. */
  readonly attempts: number;
  /** From the first transmission to the answer. */
  readonly elapsedNs: number;
}

/** Why a request is transmitted. */
export type TransmissionCause =
  /** It has room now. */
  | "first"
  /** No answer came in time. */
  | "unanswered"
  /** The server wants a cookie first, and has sent it. */
  | "cookie"
  /** The server that it named is no more, and the one there now was started before the request. */
  | "restart"
  /** The server has it: this asks for an answer that may have been lost. */
  | "acknowledged";

/** Told of each transmission: which it is, from 1 on, how long an answer is awaited now, and why. */
export type TransmissionListener = (
  attempt: number,
  waitMs: number,
  cause: TransmissionCause,
) => void;

/** Told once what became of a request, by one of the first two. None of them may throw. */
export interface Settlement {
  answered(answer: Answer): void;
  failed(error: ReliableError): void;
  transmitted?: TransmissionListener;
}

/** A request that has not come to anything yet. */
export interface PendingRequest {
  readonly id: RequestId;
  readonly peer: Peer;
  readonly payload: Uint8Array;
  readonly settlement: Settlement;
  readonly deadlineNs: number;
  /** When each transmission left. */
  readonly sentAtNs: number[];
  /**
   * `queued`: the window has no room for it. `waiting`: it is transmitted until something comes.
   * `acknowledged`: the server has it, and is only asked after it.
   */
  phase: "queued" | "waiting" | "acknowledged";
  /** The waits after the transmissions to come; where they end, it has failed. */
  waits: Iterator<number, void>;
  /** How many of them were taken, and the last one of those. */
  waitCount: number;
  waitMs: number;
  /** Transmissions since the server was last heard of this request. */
  unheardCount: number;
  /** How often it was sent again because the server wanted it otherwise. */
  bounceCount: number;
  /**
   * The server that it was first sent to, or where that was not known, the first that was heard of
   * since; another one must not carry it out.
   */
  bootId: BootId | undefined;
  /** What the last transmission carried, and the first one that carried it. */
  cookie: Uint8Array | undefined;
  cookieAttempt: number;
  /** A copy sent later could arrive when the server has forgotten the request. */
  resendUntilNs: number;
  /** The transmissions that the server has not carried out, and said so. */
  readonly refusedAttempts: Set<number>;
  /** The transmissions whose round trips were measured; copies of what answers them say nothing new. */
  readonly sampledAttempts: Set<number>;
  /** When it is acted on next, `Infinity` for when something comes. */
  timerAtNs: number;
  cancelTimer: () => void;
}

/** A request that waits for room. */
export function createRequest(
  id: RequestId,
  peer: Peer,
  asked: Pick<PendingRequest, "payload" | "deadlineNs" | "settlement">,
): PendingRequest {
  return {
    ...asked,
    id,
    peer,
    sentAtNs: [],
    phase: "queued",
    waits: [].values(),
    waitCount: 0,
    waitMs: 0,
    unheardCount: 0,
    bounceCount: 0,
    bootId: undefined,
    cookie: undefined,
    cookieAttempt: 0,
    resendUntilNs: Number.POSITIVE_INFINITY,
    refusedAttempts: new Set(),
    sampledAttempts: new Set(),
    timerAtNs: Number.POSITIVE_INFINITY,
    cancelTimer: () => undefined,
  };
}

/** A request as plain data; times in milliseconds from now, what has passed below 0. */
export interface RequestSnapshot {
  readonly id: RequestId;
  readonly phase: PendingRequest["phase"];
  readonly bootId: BootId | undefined;
  /** When each transmission left. */
  readonly sentMs: readonly number[];
  /** How many waits of the schedule of this phase were taken. */
  readonly waitCount: number;
  readonly waitMs: number;
  readonly unheardCount: number;
  readonly bounceCount: number;
  /** What the last transmission carried, hexadecimal, and the first one that carried it. */
  readonly cookie: string | undefined;
  readonly cookieAttempt: number;
  readonly timerMs: number;
  readonly deadlineMs: number;
  /** From then on it is not sent again. */
  readonly resendUntilMs: number;
  /** The transmissions that the server has not carried out, and said so. */
  readonly refusedAttempts: readonly number[];
}

/** What is known of a request, for diagnostics and tests. */
export function inspectRequest(request: PendingRequest, nowNs: number): RequestSnapshot {
  const { id, phase, bootId, waitCount, waitMs, unheardCount, bounceCount } = request;
  return {
    id,
    phase,
    bootId,
    sentMs: request.sentAtNs.map((atNs) => nsToMs(atNs - nowNs)),
    waitCount,
    waitMs,
    unheardCount,
    bounceCount,
    cookie: request.cookie && Buffer.from(request.cookie).toString("hex"),
    cookieAttempt: request.cookieAttempt,
    timerMs: nsToMs(request.timerAtNs - nowNs),
    deadlineMs: nsToMs(request.deadlineNs - nowNs),
    resendUntilMs: nsToMs(request.resendUntilNs - nowNs),
    refusedAttempts: [...request.refusedAttempts].sort((one, other) => one - other),
  };
}
