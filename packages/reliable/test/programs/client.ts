/**
 * Asks a server with the options that it is given as JSON. Each line that it reads is a JSON array of
 * payloads, which all of its requesters ask at once; an empty line asks what they have counted.
 * Prints a {@link ClientLine} for each requester, for each request when it is settled, and for each
 * empty line.
 */
import type { Clock, OpenDatagramSocket } from "@udp/core";
import { formatEndpoint, openBunSocket, systemClock } from "@udp/core";
import type { Requester, RequesterCounters, RequesterOptions } from "../../src/index.ts";
import { createRequester, ReliableError } from "../../src/index.ts";
import type { Execution } from "./server.ts";

export type ClientLine =
  | { readonly local: string }
  | { readonly settled: Settled }
  | { readonly counted: ClientCounters };

/** What a request came to: an answer, or the code and the message of an error. */
export interface Settled {
  /** Who asked. */
  readonly local: string;
  readonly payload: string;
  readonly attempts: number;
  readonly answer?: Execution;
  readonly code?: string;
}

export interface ClientCounters {
  /** Datagrams that reached the sockets. */
  readonly receivedCount: number;
  readonly requesters: readonly (RequesterCounters & Pick<Requester, "verdictCounts">)[];
}

export interface LabClientOptions
  extends Pick<RequesterOptions, "host" | "port" | "retransmission" | "keepTrying"> {
  /** Default 1. */
  readonly requesterCount?: number;
  /** How much faster than the system's its clock goes: schedules of minutes take seconds. Default 1. */
  readonly clockSpeed?: number;
}

const {
  requesterCount = 1,
  clockSpeed = 1,
  ...options
}: LabClientOptions = JSON.parse(process.argv[2] ?? "");
let receivedCount = 0;
const openSocket: OpenDatagramSocket = (socketOptions) =>
  openBunSocket({
    ...socketOptions,
    onDatagram: (...datagram) => {
      receivedCount++;
      socketOptions.onDatagram(...datagram);
    },
  });
const clock: Clock = {
  nowNs: () => systemClock.nowNs() * clockSpeed,
  at: (deadlineNs, callback) => systemClock.at(deadlineNs / clockSpeed, callback),
};
const requesters = await Promise.all(
  Array.from({ length: requesterCount }, () => createRequester({ ...options, clock, openSocket })),
);
for (const { local } of requesters) say({ local: formatEndpoint(local) });
for await (const line of console) {
  if (line === "") count();
  else for (const requester of requesters) askAll(requester, JSON.parse(line));
}
process.exit();

function askAll(requester: Requester, payloads: readonly string[]): void {
  for (const payload of payloads) {
    void ask(requester, payload).then((settled) => say({ settled }));
  }
}

async function ask(requester: Requester, payload: string): Promise<Settled> {
  const asked = { local: formatEndpoint(requester.local), payload };
  let attempts = 0;
  const onTransmitted = (attempt: number): void => {
    attempts = attempt;
  };
  try {
    const bytes = new TextEncoder().encode(payload);
    const answer = await requester.request(bytes, { onTransmitted });
    return { ...asked, attempts, answer: JSON.parse(new TextDecoder().decode(answer.payload)) };
  } catch (error) {
    if (error instanceof ReliableError) return { ...asked, attempts, code: error.code };
    throw error;
  }
}

function count(): void {
  const all = requesters.map(({ counters, verdictCounts }) => ({ ...counters, verdictCounts }));
  say({ counted: { receivedCount, requesters: all } });
}

function say(line: ClientLine): void {
  console.log(JSON.stringify(line));
}
