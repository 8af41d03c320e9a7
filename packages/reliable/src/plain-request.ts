import type {
  AddressFamily,
  BackoffOptions,
  Clock,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  Random,
} from "@udp/core";
import {
  checkPeerAddress,
  checkPort,
  DEFAULT_PORT,
  firstThatWorks,
  LESSON_BACKOFF,
  nsToMs,
  openBunSocket,
  resolveHost,
  SessionDriver,
  secureRandom,
  systemClock,
  tell,
  trySendOutgoing,
  unlessAborted,
} from "@udp/core";
import { copyPayload } from "./payload.ts";
import type { TransmissionListener } from "./pending-request.ts";
import { PlainSession } from "./plain-session.ts";
import { notListening } from "./request-failure.ts";
import type { RequestAnswer } from "./requester.ts";

/** What {@link requestPlainly} asks, whom, and how often. */
export interface PlainRequestOptions {
  /** Address or name of the server; the addresses of a name are tried in order. */
  readonly host: string;
  /** 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** What to send, 0 to 65507 bytes (IPv6: 65527); text is sent as UTF-8. */
  readonly payload: Uint8Array | string;
  /** The waits after each transmission. Default: the lesson's, 0.1, 0.2, 0.4, 0.8 and 1.6 s. */
  readonly backoff?: BackoffOptions | undefined;
  /** Go on where the system says that nothing is listening (RFC 8085 section 5.2). Default `false`. */
  readonly keepTrying?: boolean | undefined;
  /** Told where the answer is awaited; the port is the one that the system chose. */
  readonly onOpened?: ((local: Endpoint) => void) | undefined;
  /** Told of each transmission: which it is, how long an answer is awaited now, and why. */
  readonly onTransmitted?: TransmissionListener | undefined;
  /** Gives the request up; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Spreads the waits. Default: one that cannot be predicted. */
  readonly random?: Random;
  /** Default: the system's resolver. */
  readonly lookUpName?: LookUpName | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock;
}

/**
 * Asks a server that knows no frames, such as the lesson's, until anything comes from its address and
 * port. The server may carry the request out as often as it arrives, and nothing tells an answer to
 * an earlier transmission from one to the last.
 *
 * @throws ReliableError `RELIABLE_NO_ANSWER`, `RELIABLE_NOT_LISTENING`, `RELIABLE_TOO_LARGE`.
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function requestPlainly(options: PlainRequestOptions): Promise<RequestAnswer> {
  const port = checkPort(options.port ?? DEFAULT_PORT, 1);
  const addresses = await resolveHost(options.host, options);
  return await firstThatWorks(addresses, ["RELIABLE_NOT_LISTENING", "UDP_UNREACHABLE"], (address) =>
    askServer({ address: checkPeerAddress(address), port }, options),
  );
}

async function askServer(server: Endpoint, options: PlainRequestOptions): Promise<RequestAnswer> {
  const { keepTrying = false, onOpened, onTransmitted, signal } = options;
  const { backoff = LESSON_BACKOFF, random = secureRandom } = options;
  const { openSocket = openBunSocket, clock = systemClock } = options;
  const outcome = Promise.withResolvers<RequestAnswer>();
  const session = new PlainSession({
    server,
    payload: copyPayload("payload", options.payload),
    backoff,
    random,
    settlement: {
      answered: ({ elapsedNs, ...answer }) => {
        outcome.resolve({ ...answer, elapsedMs: nsToMs(elapsedNs) });
      },
      failed: outcome.reject,
      transmitted: (...transmission) => tell(onTransmitted, ...transmission),
    },
  });
  using driver = new SessionDriver(session, clock, trySendOutgoing);
  await using socket = await openSocket({
    remote: server,
    ...(signal && { signal }),
    onDatagram: (bytes, from) => session.receive(bytes, from, clock.nowNs()),
    onError: ({ code }) => {
      if (code !== "UDP_REFUSED" || keepTrying) return;
      session.fail(notListening(server));
    },
  });
  onOpened?.(socket.local);
  driver.advance(socket);
  return await unlessAborted(outcome.promise, signal);
}
