import type {
  AddressFamily,
  Clock,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  Random,
  UdpError,
} from "@udp/core";
import {
  addressFamily,
  checkPeerAddress,
  checkPort,
  DEFAULT_PORT,
  firstThatWorks,
  formatEndpoint,
  msToNs,
  openBunSocket,
  randomIdentifier,
  resolveHost,
  secureRandom,
  systemClock,
  unspecifiedAddress,
} from "@udp/core";
import { EchoError } from "../errors.ts";
import type { ProbePlan, ProbePlanOptions } from "./plan.ts";
import { probePlan, runOptions } from "./plan.ts";
import { PortableDriver } from "./portable-driver.ts";
import type { ProbeResult } from "./result.ts";
import { resultOf } from "./result.ts";
import type { OpeningFailure } from "./session.ts";
import { ProbeSession } from "./session.ts";

/** Whom {@link probe} measures the way to, and how. */
export interface ProbeOptions extends ProbePlanOptions {
  /** Address or name of the far end. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** Told of the session, to look at what it has measured so far. */
  readonly onStarted?: ((session: ProbeSession) => void) | undefined;
  /**
   * Ends the sending; what was measured until then is the result. Where nothing was, the promise rejects with
   * its reason.
   */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
  /** Draws the session's identifier and the intervals of `poisson`. Default: one that cannot be predicted. */
  readonly random?: Random;
}

/**
 * Sends datagrams at their times, whatever comes back, and measures what became of them. Addresses of a
 * name are tried in the resolver's order until one answers.
 *
 * @throws EchoError `ECHO_NOT_LISTENING` as soon as the system says so; `ECHO_NO_REPLY` where nothing
 * answers; `ECHO_NOT_MEASURABLE` where the far end answers, but not so that it could be measured with.
 * @throws UdpError `UDP_BAD_HOST` for an address that is not that of one host; `UDP_BAD_ADDRESS`,
 * `UDP_BAD_PORT`, `UDP_BAD_OPTION`, `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function probe(options: ProbeOptions = {}): Promise<ProbeResult> {
  const { host = "127.0.0.1", port = DEFAULT_PORT } = options;
  checkPort(port, 1);
  const plan = probePlan(options);
  const addresses = await resolveHost(host, options);
  return await firstThatWorks(addresses, ["ECHO_NOT_LISTENING", "UDP_UNREACHABLE"], (address) =>
    probeTarget({ address: checkPeerAddress(address), port }, plan, options),
  );
}

async function probeTarget(
  target: Endpoint,
  plan: ProbePlan,
  options: ProbeOptions,
): Promise<ProbeResult> {
  const { openSocket = openBunSocket, clock = systemClock, signal } = options;
  const { random = secureRandom, onStarted } = options;
  const session = new ProbeSession({
    target,
    run: runOptions(plan, random),
    protocol: plan.protocol,
    session: randomIdentifier(random),
    answerTimeoutNs: msToNs(plan.answerTimeoutMs),
  });
  const refusal = Promise.withResolvers<never>();
  let driver: PortableDriver | undefined;
  await using socket = await openSocket({
    local: { address: unspecifiedAddress(addressFamily(target.address)), port: 0 },
    onDatagram: (payload, from) => driver?.arrived(payload, from, clock.nowNs()),
    onError: (error) => {
      if (session.run === undefined) refusal.reject(notListening(target, error));
    },
  });
  using running = new PortableDriver(session, { socket, target, clock });
  driver = running;
  const stop = (): void => {
    session.stop();
    running.advance();
  };
  signal?.addEventListener("abort", stop, { once: true });
  onStarted?.(session);
  running.advance();
  try {
    await Promise.race([running.ended, refusal.promise]);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  const result = resultOf(session, target, plan);
  if (result !== undefined) return result;
  signal?.throwIfAborted();
  throw notMeasurable(target, session.failure ?? "silence");
}

function notListening(target: Endpoint, cause: UdpError): EchoError {
  const message = `Nothing is listening at ${formatEndpoint(target)}`;
  return new EchoError("ECHO_NOT_LISTENING", message, { cause });
}

function notMeasurable(target: Endpoint, failure: OpeningFailure): EchoError {
  const who = formatEndpoint(target);
  if (failure === "silence") {
    return new EchoError("ECHO_NO_REPLY", `No reply came from ${who}`);
  }
  return new EchoError("ECHO_NOT_MEASURABLE", `${who} ${UNFIT[failure]}`);
}

const UNFIT: Readonly<Record<Exclude<OpeningFailure, "silence">, string>> = {
  echo: "sends back what comes, and does not speak probe; measure with --protocol echo",
  words: "answers with the length alone, from which replies cannot be told apart",
  full: "has no room for another measurement now; try again later",
};
