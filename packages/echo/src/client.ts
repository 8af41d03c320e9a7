import type {
  AddressFamily,
  Clock,
  DatagramSocket,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  ReplyVerdict,
} from "@udp/core";
import {
  addressFamily,
  beforeDeadline,
  checkPeerAddress,
  checkPort,
  DEFAULT_PORT,
  firstThatWorks,
  msToNs,
  nsToMs,
  numberOption,
  openBunSocket,
  resolveHost,
  systemClock,
  UdpError,
  unspecifiedAddress,
} from "@udp/core";
import { AskSession } from "./ask-session.ts";
import type { EchoError } from "./errors.ts";
import { LONGEST_TIMEOUT_MS, SHORTEST_TIMEOUT_MS } from "./timeout.ts";

/** What {@link askEcho} asks, whom, and what it believes. */
export interface AskOptions {
  /** Address or name of the server. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** What to send, 0 to 65507 bytes (IPv6: 65527). */
  readonly payload: Uint8Array;
  /**
   * How long to wait for a reply that may be believed, from the send on; a name may take as long to
   * be found before. 0.001 to 86 400 000. Default 5000.
   */
  readonly timeoutMs?: number | undefined;
  /** Believe whoever answers first, as a client that does not check does. Default `false`. */
  readonly acceptAny?: boolean | undefined;
  /** Told when the request is on its way. */
  readonly onSent?: ((sent: SentRequest) => void) | undefined;
  /** Told of each datagram that was not believed. */
  readonly onIgnored?: ((ignored: IgnoredReply) => void) | undefined;
  /** Ends the wait; the promise rejects with its reason. Where it is aborted already, nothing is sent. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/** A request on its way. */
export interface SentRequest {
  /** Where the reply is awaited; the port is the one that the system chose. */
  readonly local: Endpoint;
  /** Who was asked. */
  readonly server: Endpoint;
}

/** A datagram that came to the client and was not believed. */
export interface IgnoredReply {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  /** Why it was not believed. */
  readonly verdict: Exclude<ReplyVerdict, "accepted">;
}

/** The answer, and what it took to get it. */
export interface EchoReply extends SentRequest {
  /** Who answered: the server itself, unless `acceptAny`. */
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  /** From before the send call to the reply's arrival in this program. */
  readonly rttMs: number;
  /** All datagrams that arrived, by what was thought of them. */
  readonly verdictCounts: Readonly<Record<ReplyVerdict, number>>;
}

/**
 * Sends one datagram and waits for the answer of the server that was asked. Datagrams from elsewhere are
 * not believed, and do not end the wait. Addresses of a name are tried in the resolver's order
 * until one does not refuse.
 *
 * @throws EchoError `ECHO_NOT_LISTENING` as soon as the system says so; `ECHO_NO_REPLY` after `timeoutMs`.
 * @throws UdpError `UDP_BAD_HOST` for an address that is not that of one host; `UDP_BAD_ADDRESS`,
 * `UDP_BAD_PORT`, `UDP_BAD_OPTION`, `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_TOO_LARGE`,
 * `UDP_PERMISSION`, `UDP_SYSTEM`.
 */
export async function askEcho(options: AskOptions): Promise<EchoReply> {
  const { host = "127.0.0.1", port = DEFAULT_PORT, timeoutMs = 5000 } = options;
  checkPort(port, 1);
  numberOption("timeoutMs", timeoutMs, SHORTEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS);
  const { clock = systemClock } = options;
  const deadline = { clock, deadlineNs: clock.nowNs() + msToNs(timeoutMs) };
  const resolving = resolveHost(host, options);
  const addresses = await beforeDeadline(resolving, deadline, () => nameNotResolved(host));
  return await firstThatWorks(addresses, ["ECHO_NOT_LISTENING", "UDP_UNREACHABLE"], (address) =>
    askServer({ address: checkPeerAddress(address), port }, msToNs(timeoutMs), options),
  );
}

async function askServer(
  server: Endpoint,
  timeoutNs: number,
  options: AskOptions,
): Promise<EchoReply> {
  const { openSocket = openBunSocket, clock = systemClock, acceptAny = false, signal } = options;
  const session = new AskSession({ server, timeoutNs, acceptAny });
  const answer = Promise.withResolvers<Answer>();
  await using socket = await openSocket({
    local: { address: unspecifiedAddress(addressFamily(server.address)), port: 0 },
    ...(signal && { signal }),
    onDatagram: (payload, from) => {
      const atNs = clock.nowNs();
      const verdict = session.receive(payload, from, atNs);
      if (verdict === "accepted") answer.resolve({ from, payload, atNs });
      else options.onIgnored?.({ from, payload, verdict });
    },
    onError: (error) => {
      const failure = session.failure(error);
      if (failure !== undefined) answer.reject(failure);
    },
  });
  const sentAtNs = clock.nowNs();
  const deadlineNs = session.send(sentAtNs);
  sendWhole(socket, options.payload, server)
    .then(() => options.onSent?.({ local: socket.local, server }))
    .catch(answer.reject);
  const silence = (): EchoError => session.silence();
  const { from, payload, atNs } = await beforeDeadline(
    answer.promise,
    { clock, deadlineNs, signal },
    silence,
  );
  const { verdictCounts } = session;
  const rttMs = nsToMs(atNs - sentAtNs);
  return { local: socket.local, server, from, payload, rttMs, verdictCounts };
}

interface Answer {
  readonly from: Endpoint;
  readonly payload: Uint8Array;
  readonly atNs: number;
}

async function sendWhole(socket: DatagramSocket, payload: Uint8Array, to: Endpoint): Promise<void> {
  while (!socket.send(payload, to)) await socket.drained();
}

function nameNotResolved(host: string): UdpError {
  const name = JSON.stringify(host);
  return new UdpError("UDP_NAME_NOT_FOUND", `the address of ${name} was not found in time`);
}
