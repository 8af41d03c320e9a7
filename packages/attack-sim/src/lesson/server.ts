import type {
  DatagramServer,
  DatagramService,
  Endpoint,
  ListenOptions,
  RefusalReason,
} from "@udp/core";
import {
  ArrivalReader,
  isLengthReply,
  ReplyGuard,
  serveDatagrams,
  systemClock,
  trySend,
} from "@udp/core";
import { decodeFrame } from "../exchange/frame.ts";
import { LAB_KEY } from "../exchange/lab-key.ts";
import { SlowServer } from "../exchange/slow-server.ts";
import { loopbackAddress } from "../target-guard.ts";

/** Where the server of the lesson listens, and whether it answers. */
export interface LessonServerOptions
  extends Pick<ListenOptions, "host" | "port" | "signal" | "lookUpName" | "openSocket"> {
  /** Receives and does not answer, as a server that is too slow. Default `false`. */
  readonly isStalled?: boolean | undefined;
  /** Told of each datagram. What it throws is an uncaught exception. */
  readonly onRequest?: ((request: LessonRequest) => void) | undefined;
}

/** A datagram that came to the server. */
export interface LessonRequest {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  /** Why it was not to be answered; `undefined` where it was. */
  readonly silence: "stalled" | RefusalReason | undefined;
}

/** What the server has done so far. */
export interface LessonServerCounters {
  /** Datagrams that arrived. */
  receivedCount: number;
  /** Answers that the system took. */
  answeredCount: number;
}

/**
 * Serves on the loopback: answers with the length of what it was asked, unless it is stalled.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK`; UdpError as `serveDatagrams` of `@udp/core`.
 */
export async function serveLesson(
  options: LessonServerOptions = {},
): Promise<DatagramServer<LessonServerCounters>> {
  const host = await loopbackAddress(options.host ?? "127.0.0.1", options);
  return await serveDatagrams({ ...options, host }, (local) => createService(local, options));
}

/** With a header or without one. */
function isOwnReply(payload: Uint8Array): boolean {
  return isLengthReply(payload) || decodeFrame(payload)?.kind === "answer";
}

function createService(
  local: Endpoint,
  { isStalled = false, onRequest }: LessonServerOptions,
): DatagramService<LessonServerCounters> {
  const guard = new ReplyGuard({ local, isOwnReply });
  const server = new SlowServer(LAB_KEY);
  const counters = { receivedCount: 0, answeredCount: 0 };
  const arrivals = new ArrivalReader();
  return {
    guard,
    counters,
    onDatagram: (payload, from, socket) => {
      counters.receivedCount++;
      const request = arrivals.read(payload, from);
      const nowNs = systemClock.nowNs();
      const refusal = isStalled ? "stalled" : guard.refuseRequest(request, nowNs);
      const answer = refusal === undefined ? server.answer(payload, Date.now()) : undefined;
      const silence =
        answer === undefined ? refusal : guard.refuseReply(request, answer.byteLength);
      if (answer !== undefined && silence === undefined && trySend(socket, answer, from)) {
        counters.answeredCount++;
      }
      onRequest?.({ from, payload, silence });
    },
  };
}
