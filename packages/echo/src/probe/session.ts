import type { Endpoint } from "@udp/core";
import { STAMP_BASE_BYTES, sameEndpoint } from "@udp/core";
import { Closing } from "./closing.ts";
import type { OpeningOutcome } from "./opening.ts";
import { Opening } from "./opening.ts";
import type { PeerCounts } from "./peer-counts.ts";
import type { ProbeProtocol, ProbeProtocolName, StampProtocolOptions } from "./protocol.ts";
import { echoProtocol, probeProtocol, stampProtocol } from "./protocol.ts";
import type { ProbeRunOptions, SendReport } from "./run.ts";
import { ProbeRun } from "./run.ts";
import type { ReplyArrival } from "./samples.ts";

/** After so many datagrams that were due at once, those that came are looked at. */
export const MAX_SENDS_IN_A_ROW = 64;

/** What a {@link ProbeSession} measures, and how. */
export interface ProbeSessionOptions {
  /** The far end: what comes from elsewhere is not believed. */
  readonly target: Endpoint;
  readonly run: ProbeRunOptions;
  readonly stamp: StampProtocolOptions;
  /** `auto` finds out what the far end speaks. */
  readonly protocol: ProbeProtocolName | "auto";
  /** Random bits, so that nobody off the path can forge a reply. */
  readonly session: bigint;
  /** How long the far end is asked for a session, and in the end for its counts. */
  readonly answerTimeoutNs: number;
}

/**
 * Why there is nothing to measure: what the far end is instead; or `refused`: nobody listens there;
 * `too-short`: it is a session-reflector, and the payload has no room for its packets; `too-large`: the
 * payload is larger than what the way there carries.
 */
export type OpeningFailure =
  | Exclude<OpeningOutcome, "probe">
  | "refused"
  | "too-short"
  | "too-large";

/**
 * The client of a measurement without its socket: opening, run and closing, one after the other. Bytes
 * and times in, bytes and deadlines out.
 */
export class ProbeSession {
  readonly #options: ProbeSessionOptions;
  readonly #opening: Opening;
  #protocol: ProbeProtocol | undefined;
  #run: ProbeRun | undefined;
  #closing: Closing | undefined;
  #failure: OpeningFailure | undefined;
  #wrongSourceCount = 0;
  #mtuBytes: number | undefined;
  #isToldToStop = false;
  #isStopped = false;
  #isOver = false;

  constructor(options: ProbeSessionOptions) {
    this.#options = options;
    this.#opening = new Opening(options.session, options.answerTimeoutNs);
  }

  /** Whether nothing is left to be done; {@link poll} finds out. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get failure(): OpeningFailure | undefined {
    return this.#failure;
  }

  /** `undefined` until the far end has shown what it speaks. */
  get protocol(): ProbeProtocolName | undefined {
    return this.#protocol?.name;
  }

  /** `undefined` until {@link protocol} is known. */
  get run(): ProbeRun | undefined {
    return this.#run;
  }

  /** Datagrams that came from somebody else. */
  get wrongSourceCount(): number {
    return this.#wrongSourceCount;
  }

  /** How large a packet the way carries; `undefined` where nothing was too large, or nobody says. */
  get mtuBytes(): number | undefined {
    return this.#mtuBytes;
  }

  /** What the far end saw; `undefined` until, and where, it does not say. */
  get peerCounts(): PeerCounts | undefined {
    return this.#closing?.counts;
  }

  /** Datagrams of the run that left. */
  get sentCount(): number {
    return this.#run?.samples.sentCount ?? 0;
  }

  /** Whether datagrams of the run are still to be sent. */
  get isSending(): boolean {
    return this.#run?.isSendingOver === false;
  }

  /** Whether it was told to stop before all was sent. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** When {@link poll} has something to do. */
  get dueAtNs(): number {
    return (this.#closing ?? this.#run ?? this.#opening).dueAtNs;
  }

  /** The datagram to be sent now; {@link noteSent} follows. Valid until the next call. */
  poll(nowNs: number): Uint8Array | undefined {
    if (this.#isOver) return undefined;
    const request = this.#run === undefined ? this.#open(nowNs) : undefined;
    if (this.#run === undefined) return request;
    const probe = this.#closing === undefined ? this.#run.poll(nowNs) : undefined;
    if (probe !== undefined || !this.#run.isOver(nowNs)) return probe;
    return this.#close(this.#run, nowNs);
  }

  /** What became of the datagram that was polled last. */
  noteSent(report: SendReport): void {
    if (this.#run === undefined || this.#closing !== undefined) return;
    this.#run.noteSent(report);
    // All are of one size.
    if (report.delivery === "too-large" && this.sentCount === 0) this.#fail("too-large");
  }

  /** A datagram came. */
  receive(payload: Uint8Array, from: Endpoint, arrival: ReplyArrival): void {
    if (!sameEndpoint(from, this.#options.target)) this.#wrongSourceCount++;
    else if (this.#run === undefined) this.#opening.receive(payload);
    else if (this.#closing?.receive(payload, this.#run.counts)) return;
    else if (!this.#opening.isAnswer(payload)) this.#run.receive(payload, arrival);
  }

  /** The system says how large a packet the way carries that a datagram was too large for. */
  noteMtu(mtuBytes: number): void {
    this.#mtuBytes = mtuBytes;
  }

  /** The kernel says when a datagram of the run left, in nanoseconds of UNIX time. */
  noteKernelSend(number: number, sentAtUnixNs: bigint): void {
    this.#run?.samples.noteKernelSend(number, sentAtUnixNs);
  }

  /** The far end's host says that nobody receives there; where somebody was heard, that may pass. */
  refuse(): void {
    if (this.#opening.outcome === undefined && !this.#run?.samples.answeredCount) {
      this.#fail("refused");
    }
  }

  /**
   * Sends no more, and comes to an end soon: replies are awaited until a second after the last datagram,
   * and the far end is asked what it saw for a second.
   */
  stop(): void {
    this.#isToldToStop = true;
    this.#isStopped ||= !this.#run?.isSendingOver;
    if (this.#run === undefined) this.#isOver = true;
    this.#run?.stop();
  }

  #open(nowNs: number): Uint8Array | undefined {
    const { protocol, session, stamp, run } = this.#options;
    if (protocol === "stamp") return this.#begin(stampProtocol(stamp), nowNs);
    if (protocol === "echo") return this.#begin(echoProtocol(session), nowNs);
    const request = this.#opening.poll(nowNs);
    const { outcome } = this.#opening;
    if (outcome === undefined) return request;
    if (outcome === "probe") return this.#begin(probeProtocol(session), nowNs);
    if (outcome === "echo" && protocol === "auto") return this.#begin(echoProtocol(session), nowNs);
    if (outcome !== "stamp" || protocol !== "auto") return this.#fail(outcome);
    if (run.payloadBytes < STAMP_BASE_BYTES.plain) return this.#fail("too-short");
    return this.#begin(stampProtocol(stamp), nowNs);
  }

  #fail(failure: OpeningFailure): undefined {
    this.#failure = failure;
    this.#isOver = true;
  }

  #begin(protocol: ProbeProtocol, nowNs: number): undefined {
    this.#protocol = protocol;
    this.#run = new ProbeRun(this.#options.run, protocol, nowNs);
  }

  #close(run: ProbeRun, nowNs: number): Uint8Array | undefined {
    const { session, answerTimeoutNs } = this.#options;
    if (this.#protocol?.name === "probe") {
      this.#closing ??= new Closing(session, answerTimeoutNs, run.longestRttNs);
      if (this.#isToldToStop) this.#closing.stop();
    }
    const request = this.#closing?.poll(nowNs);
    this.#isOver = this.#closing?.isOver ?? true;
    return request;
  }
}
