import type { Delivery, Endpoint } from "@udp/core";
import type { MessageSocket, SendOutcome, SendTime, SocketError } from "@udp/core/linux";
import { ReadableWait } from "@udp/core/linux";
import type { ProgressReports } from "../probe/progress.ts";
import type { ProbeSession } from "../probe/session.ts";
import { MAX_SENDS_IN_A_ROW } from "../probe/session.ts";
import { ReplyWatch } from "./reply-watch.ts";

/** A thread that sleeps is woken so late now and then; it watches the clock for the rest. */
const WATCH_NS = 60_000;

const STOP = 1;

const DELIVERIES: Readonly<Record<SendOutcome, Delivery>> = {
  sent: "sent",
  "would-block": "no-room",
  "too-large": "too-large",
  refused: "unsent",
  unreachable: "unsent",
  "not-permitted": "unsent",
};

/** Whoever floods this port must not keep the next datagram from its time. */
const MAX_RECEIVES_WHILE_SENDING = 64;

/** Else more than the socket's buffer holds: what has come is looked at before the time is over. */
const MAX_RECEIVES = 32_768;

/** What a {@link BlockingDriver} joins. */
export interface BlockingRun {
  readonly session: ProbeSession;
  readonly socket: MessageSocket;
  readonly target: Endpoint;
  /** Readable when the sending is to stop. */
  readonly stopFd: number;
  readonly progress: ProgressReports;
}

/** Carries a session out in a thread that does nothing else: it waits in the kernel, and is woken in time. */
export class BlockingDriver {
  readonly #run: BlockingRun;
  readonly #replyWatch = new ReplyWatch();
  #wait: ReadableWait;
  /** Datagrams that left. */
  #sendCount = 0;
  /** How many left before the first one of the run; NaN where the kernel may count otherwise. */
  #firstProbeSend: number | undefined;
  #isStopped = false;

  constructor(run: BlockingRun) {
    this.#run = run;
    this.#wait = new ReadableWait([run.socket.fd, run.stopFd]);
  }

  /** Returns when the session is over. */
  run(): void {
    const { session, progress } = this.#run;
    for (;;) {
      this.#receiveSome();
      this.#sendDue();
      if (session.isOver) return;
      progress.offer(Bun.nanoseconds());
      this.#pause();
    }
  }

  #receiveSome(): void {
    const { socket, session } = this.#run;
    const maxCount = session.isSending ? MAX_RECEIVES_WHILE_SENDING : MAX_RECEIVES;
    for (let count = 0; count < maxCount; count++) {
      const message = socket.receive();
      if (message === undefined) break;
      const { payload, from, arrivedAtUnixNs } = message;
      this.#replyWatch.noteArrival(socket.lastReadAtNs);
      session.receive(payload, from, { atNs: socket.lastReadAtNs, arrivedAtUnixNs });
    }
    this.#readReports();
  }

  #readReports(): void {
    const { socket } = this.#run;
    for (let report = socket.receiveReport(); report; report = socket.receiveReport()) {
      if (report.kind === "sent") this.#noteTime(report);
      else this.#refuse(report);
    }
  }

  #sendDue(): void {
    const { session } = this.#run;
    for (let sends = 0; sends < MAX_SENDS_IN_A_ROW; sends++) {
      const payload = session.poll(Bun.nanoseconds());
      if (payload === undefined) return;
      this.#send(payload);
    }
  }

  #send(payload: Uint8Array): void {
    const { session, socket, target } = this.#run;
    const probesBefore = session.sentCount;
    const sentAtNs = Bun.nanoseconds();
    this.#replyWatch.noteSent(sentAtNs);
    const delivery = DELIVERIES[socket.send(payload, { to: target })];
    // How large it may be stands there, and it may be the end.
    if (delivery === "too-large") this.#readReports();
    session.noteSent({ delivery, sentAtNs, returnedAtNs: Bun.nanoseconds() });
    // Some kernels count a datagram that they did not take, others do not.
    if (delivery !== "sent") this.#firstProbeSend = Number.NaN;
    else if (session.sentCount > probesBefore) {
      this.#firstProbeSend ??= this.#sendCount - probesBefore;
    }
    this.#sendCount++;
  }

  #noteTime({ sendNumber, sentAtUnixNs }: SendTime): void {
    const number = sendNumber - (this.#firstProbeSend ?? Number.NaN);
    if (number >= 0 && number < this.#run.session.sentCount) {
      this.#run.session.noteKernelSend(number, sentAtUnixNs);
    }
  }

  #refuse({ kind, name, mtuBytes }: SocketError): void {
    if (name === "ECONNREFUSED") this.#run.session.refuse();
    if (kind === "local" && mtuBytes !== undefined) this.#run.session.noteMtu(mtuBytes);
  }

  /** Waits until something comes, or is due. */
  #pause(): void {
    const { session } = this.#run;
    if (this.#watch(Math.min(session.dueAtNs, this.#replyWatch.untilNs))) return;
    // Not what it was: who stops a session brings its end forward.
    const { dueAtNs } = session;
    const sleepNs = dueAtNs - Bun.nanoseconds() - WATCH_NS;
    if (sleepNs > 0) this.#isReadable(sleepNs);
    else this.#watch(dueAtNs);
  }

  /** Whether something came until then; a look is taken in any case. */
  #watch(untilNs: number): boolean {
    do {
      if (this.#isReadable(0)) return true;
    } while (Bun.nanoseconds() < untilNs);
    return false;
  }

  #isReadable(timeoutNs: number): boolean {
    this.#wait.wait(timeoutNs);
    const isReadable = this.#wait.isReadable(0);
    if (!this.#isStopped && this.#wait.isReadable(STOP)) this.#stop();
    return isReadable;
  }

  #stop(): void {
    this.#isStopped = true;
    this.#run.session.stop();
    this.#wait = new ReadableWait([this.#run.socket.fd]);
  }
}
