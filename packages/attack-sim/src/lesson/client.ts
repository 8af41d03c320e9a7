import type { Clock, Endpoint, OpenDatagramSocket, Random, ResolveOptions } from "@udp/core";
import {
  addressFamily,
  beforeDeadline,
  checkPort,
  choiceOption,
  DEFAULT_PORT,
  formatEndpoint,
  msToNs,
  numberOption,
  openBunSocket,
  sameEndpoint,
  secureRandom,
  systemClock,
} from "@udp/core";
import type { ClientRules } from "../defences/defence.ts";
import { AttackSimError } from "../errors.ts";
import type { Judgement } from "../exchange/client-session.ts";
import { ClientSession } from "../exchange/client-session.ts";
import { LAB_KEY } from "../exchange/lab-key.ts";
import { loopbackAddress } from "../target-guard.ts";
import type { Check } from "./check.ts";
import { CHECKS, rulesOfCheck } from "./check.ts";
import { loopbackOf } from "./loopback-of.ts";

/** Whom {@link askInLesson} asks, and whom it believes. */
export interface LessonClientOptions extends Pick<ResolveOptions, "lookUpName" | "signal"> {
  /** Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 1 to 65535; default 1060. */
  readonly port?: number | undefined;
  /** Default `none`: whoever answers first is believed. */
  readonly check?: Check | undefined;
  /** Default `How are you?`. */
  readonly question?: string | undefined;
  /** How long an answer is awaited, 0.001 to 86,400,000; default 300,000, for those who type. */
  readonly timeoutMs?: number | undefined;
  /** Told when the question has left. */
  readonly onSent?: ((sent: { local: Endpoint; server: Endpoint }) => void) | undefined;
  /** Told of each datagram that is not believed. */
  readonly onIgnored?: ((ignored: IgnoredAnswer) => void) | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
  /** Default: numbers that nobody can predict. */
  readonly random?: Random;
}

/** A datagram that came and was not believed. */
export interface IgnoredAnswer {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  readonly judgement: Exclude<Judgement, "believed" | "over">;
}

/** What the client believed. */
export interface LessonAnswer {
  readonly local: Endpoint;
  readonly server: Endpoint;
  /** Who sent it. */
  readonly from: Endpoint;
  readonly text: string;
  /** Whether somebody else than the server sent it, as far as its source tells. */
  readonly isFooled: boolean;
}

const DEFAULT_QUESTION = "How are you?";
const DEFAULT_TIMEOUT_MS = 300_000;
const LONGEST_TIMEOUT_MS = 86_400_000;

/**
 * Asks once, from a port of the loopback that the system chooses, and waits until something comes that
 * passes the check.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK`, `ATTACK_SIM_NO_ANSWER`; UdpError
 * `UDP_BAD_ADDRESS`, `UDP_NAME_NOT_FOUND`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`, `UDP_SYSTEM`; the
 * signal's reason where it is aborted.
 */
export async function askInLesson(options: LessonClientOptions = {}): Promise<LessonAnswer> {
  const { host = "127.0.0.1", port = DEFAULT_PORT, check = "none" } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  choiceOption("check", check, CHECKS);
  numberOption("timeoutMs", timeoutMs, 0.001, LONGEST_TIMEOUT_MS);
  checkPort(port, 1);
  const server = { address: await loopbackAddress(host, options), port };
  return await exchange(server, rulesOfCheck(check), timeoutMs, options);
}

async function exchange(
  server: Endpoint,
  rules: ClientRules,
  timeoutMs: number,
  options: LessonClientOptions,
): Promise<LessonAnswer> {
  const { openSocket = openBunSocket, clock = systemClock, random = secureRandom } = options;
  const { question = DEFAULT_QUESTION, signal } = options;
  const session = new ClientSession({ server, rules, random, key: LAB_KEY });
  const believed = Promise.withResolvers<Endpoint>();
  await using socket = await openSocket({
    local: { address: loopbackOf(addressFamily(server.address)), port: 0 },
    ...(signal && { signal }),
    onDatagram: (payload, from) => {
      const judgement = session.receive(payload, from, Date.now());
      if (judgement === "believed") believed.resolve(from);
      else if (judgement !== "over") options.onIgnored?.({ from, payload, judgement });
    },
    onError: ({ code }) => {
      if (code === "UDP_REFUSED") believed.reject(nobodyListens(server));
    },
  });
  for (const request of session.ask(question, 1, Date.now())) {
    while (!socket.send(request, server)) await socket.drained();
  }
  options.onSent?.({ local: socket.local, server });
  const deadlineNs = clock.nowNs() + msToNs(timeoutMs);
  const wait = { clock, deadlineNs, signal };
  const from = await beforeDeadline(believed.promise, wait, () => noAnswer(server, session));
  const isFooled = !sameEndpoint(from, server);
  return { local: socket.local, server, from, text: session.answer ?? "", isFooled };
}

function nobodyListens(server: Endpoint): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_NO_ANSWER",
    `nothing is listening at ${formatEndpoint(server)}; start udp-attack-sim server --stalled first`,
  );
}

function noAnswer(server: Endpoint, { ignoredCount }: ClientSession): AttackSimError {
  const others = ignoredCount === 0 ? "" : ` (ignored ${ignoredCount})`;
  return new AttackSimError(
    "ATTACK_SIM_NO_ANSWER",
    `no answer that may be believed came from ${formatEndpoint(server)}${others}`,
  );
}
