import type { Endpoint, ReplyLimits } from "@udp/core";
import { checkReplyLimits, choiceOption, ReplyGuard, sharedKeyOption } from "@udp/core";
import { EchoSession } from "./echo-session.ts";
import { PlainResponder } from "./plain-responder.ts";
import type { SocketCounts } from "./probe/peer.ts";
import type { ReplyMode, Responder } from "./responder.ts";
import { StampResponder } from "./stamp/responder.ts";
import type { WallClock } from "./wall-clock.ts";

/** How a server answers: plain data, so that threads can be told. */
export interface EchoRules extends ReplyLimits {
  /** How requests are answered. Default `length`. */
  readonly reply?: ReplyMode | undefined;
  /** With `stamp`: answers authenticated requests only; 16 to 64 bytes. */
  readonly key?: Uint8Array | undefined;
  /** With `stamp`: numbers the replies of each session by themselves. Default `false`: as their requests. */
  readonly isStateful?: boolean | undefined;
}

/** What a session is handed in. */
export interface EchoSurroundings {
  readonly wallClock: WallClock;
  /** Datagrams that the socket had no room for so far; `undefined` where nobody counts. */
  droppedCount(): number | undefined;
  /** Sessions that keep `rateTotal` together, each its part. Default 1. */
  readonly sharerCount?: number | undefined;
}

/** A session, and the guard that must be told its port where the system chose it. */
export interface GuardedSession {
  readonly session: EchoSession;
  readonly guard: ReplyGuard;
}

/**
 * Says what {@link createEchoSession} would not take, for who has it done elsewhere.
 *
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`.
 */
export function checkEchoRules(rules: EchoRules): void {
  const mode = choiceOption("reply", rules.reply ?? "length", ["length", "echo", "stamp"]);
  if (mode === "stamp" && rules.key !== undefined) sharedKeyOption(rules.key);
  checkReplyLimits(rules);
}

/** @throws UdpError as {@link checkEchoRules}. */
export function createEchoSession(
  local: Endpoint,
  rules: EchoRules,
  { wallClock, droppedCount, sharerCount }: EchoSurroundings,
): GuardedSession {
  checkEchoRules(rules);
  const responder = createResponder(rules, wallClock, () => ({
    receivedCount: session.counters.receivedCount,
    droppedCount: droppedCount(),
    unsentCount: session.counters.unsentCount,
  }));
  const isOwnReply = (payload: Uint8Array): boolean => responder.isOwnReply(payload);
  const guard = new ReplyGuard({ ...rules, local, isOwnReply, sharerCount });
  const session = new EchoSession(responder, guard);
  return { session, guard };
}

function createResponder(
  { reply = "length", key, isStateful = false }: EchoRules,
  wallClock: WallClock,
  socketCounts: () => SocketCounts,
): Responder {
  if (reply !== "stamp") return new PlainResponder(reply, { wallClock, socketCounts });
  return new StampResponder({ mode: isStateful ? "stateful" : "stateless", key, wallClock });
}

/** The rules among options, and nothing that a thread cannot be told. */
export function echoRules(rules: EchoRules): EchoRules {
  const { reply, key, isStateful, allowedSourcePorts, allowedPeers } = rules;
  const { ratePerSource, rateTotal, isTrusted } = rules;
  return {
    reply,
    key,
    isStateful,
    allowedSourcePorts,
    allowedPeers,
    ratePerSource,
    rateTotal,
    isTrusted,
  };
}
