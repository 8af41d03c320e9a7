import type {
  AddressFamily,
  Clock,
  Endpoint,
  LookUpName,
  OpenDatagramSocket,
  Random,
  ReplyVerdict,
} from "@udp/core";
import { checkPeerAddress, checkPort, DEFAULT_PORT, resolveHost } from "@udp/core";
import type { FrameLimitOptions } from "./limits.ts";
import { NameRequester } from "./name-requester.ts";
import type { TransmissionListener } from "./pending-request.ts";
import type { RequesterCounters } from "./requester-counters.ts";
import type { PresetName, RetransmissionOptions } from "./retransmission.ts";
import { SocketRequester } from "./socket-requester.ts";

/** Whom a {@link Requester} asks, and how. */
export interface RequesterOptions extends FrameLimitOptions {
  /**
   * Address or name of the server; addresses of a name where nothing is listening are passed over.
   * Without one, each request says `to` whom it goes; then nobody says where nothing is listening.
   */
  readonly host?: string | undefined;
  /** 1 to 65535. Default 1060. */
  readonly port?: number | undefined;
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** When a request is sent again, and how many at a time. Default `rfc6298`. */
  readonly retransmission?: PresetName | RetransmissionOptions | undefined;
  /**
   * Go on where the system says that nothing is listening (RFC 8085 section 5.2). Default `false`:
   * it is believed, but only until a server was heard of. Anybody can forge it.
   */
  readonly keepTrying?: boolean | undefined;
  /** Ends the requester: requests under way fail with `RELIABLE_CLOSED`. */
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

/** One request. */
export interface RequestOptions {
  /** Whom to ask; needed where the requester has no `host`, and not allowed where it has. */
  readonly to?: Endpoint | undefined;
  /**
   * When it fails at the latest, 1 to 86,400,000 ms. Default: when the waits are over, which begin
   * when the window has room for it, and last as long as a server says that it is at work on it.
   */
  readonly timeoutMs?: number | undefined;
  /** Gives the request up; the promise rejects with its reason. The server may carry it out all the same. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Share the answer of an equal request to the same peer that is under way, if that is shared too;
   * it goes on for as long as any of those who asked waits. Default `false`.
   */
  readonly isShared?: boolean | undefined;
  /** Told of each transmission. What it throws is an uncaught exception. */
  readonly onTransmitted?: TransmissionListener | undefined;
}

/** What a request came to. */
export interface RequestAnswer {
  readonly payload: Uint8Array;
  /** Who answered: always who was asked. */
  readonly from: Endpoint;
  /** Transmissions of the request, 1 or more. */
  readonly attempts: number;
  /** From the first transmission to the answer. */
  readonly elapsedMs: number;
}

/** Makes requests; ends by `close`, by its signal, or at the end of an `await using` block. */
export interface Requester extends AsyncDisposable {
  /** Where answers are awaited; the port is the one that the system chose. Another one for another address of a name. */
  readonly local: Endpoint;
  /** The server, where the requester has one. */
  readonly remote: Endpoint | undefined;
  /** Live figures, of the present address of a name. */
  readonly counters: RequesterCounters;
  /** What was thought of the frames that came: everything but `accepted` was not believed. */
  readonly verdictCounts: Readonly<Partial<Record<ReplyVerdict, number>>>;
  /**
   * Asks, again and again, until an answer comes that may be believed.
   *
   * @param payload bytes, or text that is sent as UTF-8.
   * @throws ReliableError for whatever a request can come to, see {@link ReliableErrorCode}.
   * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`.
   */
  request(payload: Uint8Array | string, options?: RequestOptions): Promise<RequestAnswer>;
  /** Idempotent; requests under way fail. */
  close(): void;
}

/**
 * Opens a requester: requests are carried out at most once, each answer belongs to its request, and
 * the network is not flooded.
 *
 * @throws UdpError `UDP_BAD_OPTION`, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`, `UDP_BAD_HOST`,
 * `UDP_NAME_NOT_FOUND`, `UDP_UNREACHABLE`, `UDP_SYSTEM`.
 */
export async function createRequester(options: RequesterOptions = {}): Promise<Requester> {
  const { host, port = DEFAULT_PORT } = options;
  if (host === undefined) return await SocketRequester.open(undefined, options);
  checkPort(port, 1);
  const addresses = await resolveHost(host, options);
  const servers = addresses.map((address) => ({ address: checkPeerAddress(address), port }));
  return await NameRequester.open(servers, options);
}
