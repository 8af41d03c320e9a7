import {
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isUnspecified,
} from "../address/address-class.ts";
import type { Endpoint } from "../address/endpoint.ts";
import { HostAddresses } from "../address/host-addresses.ts";
import type { AddressWords } from "../address/ip-address.ts";
import { addressWords, isMappedIpv4, parseAddress } from "../address/ip-address.ts";
import { checkPort, DEFAULT_PORT } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import { udpPacketBytes } from "../packet/header-bytes.ts";
import type { ArrivedDatagram } from "./arrived-datagram.ts";
import { LoopDetector } from "./loop-detector.ts";
import { RateLimit, SourceRateLimit } from "./rate-limit.ts";

/** Why a datagram is not answered. */
export type RefusalReason =
  /** The source is a multicast, broadcast or unspecified address, which no host sends from. */
  | "source-address"
  /** Port 0, a system port (below 1024), this server's own port number, or the toolkit's default port. */
  | "source-port"
  /** The source is this server. */
  | "self"
  /** The payload looks like an answer of ours, so answering it would answer an answer. */
  | "own-reply"
  /** The same payload keeps coming back from the same endpoint. */
  | "loop"
  | "rate-per-source"
  | "rate-total"
  /** The reply would cost more than three times what the request cost. */
  | "amplification";

/** Every one of them. */
export const refusalReasons: readonly RefusalReason[] = [
  "source-address",
  "source-port",
  "self",
  "own-reply",
  "loop",
  "rate-per-source",
  "rate-total",
  "amplification",
];

/** Nothing was refused yet, by reason. */
export function noRefusals(): Record<RefusalReason, number> {
  return {
    "source-address": 0,
    "source-port": 0,
    self: 0,
    "own-reply": 0,
    loop: 0,
    "rate-per-source": 0,
    "rate-total": 0,
    amplification: 0,
  };
}

/** Replies a second; `"none"` for no limit. */
export type ReplyRate = number | "none";

/** What a server's user may choose. */
export interface ReplyLimits {
  /** Source ports, 1 to 65535, that are answered although they would be refused. Default none. */
  readonly allowedSourcePorts?: readonly number[] | undefined;
  /** Addresses of hosts that are answered at this server's own port number too. Default none. */
  readonly allowedPeers?: readonly string[] | undefined;
  /** Default 1,000 for sources outside loopback, none for loopback; a given rate holds for all. */
  readonly ratePerSource?: ReplyRate | undefined;
  /** Default 100,000 for sources outside loopback, none for loopback; a given rate holds for all. */
  readonly rateTotal?: ReplyRate | undefined;
  /** Answer payloads that keep coming back too. Default `false`. */
  readonly isTrusted?: boolean | undefined;
}

/** What a {@link ReplyGuard} needs to know about its server. */
export interface ReplyGuardOptions extends ReplyLimits {
  /** Where the server is to receive. */
  readonly local: Endpoint;
  /** Recognises the server's own answers. Must not throw. */
  readonly isOwnReply: (payload: Uint8Array) => boolean;
  /** How many guards keep `rateTotal` together, each its part, a whole number from 1 on. Default 1. */
  readonly sharerCount?: number | undefined;
  /** Default: this host's, as they are now. */
  readonly hostAddresses?: HostAddresses;
}

/** Replies a second to one source outside loopback, where nothing else is said. */
export const DEFAULT_RATE_PER_SOURCE = 1000;
/** Replies a second to all sources outside loopback, where nothing else is said. */
export const DEFAULT_RATE_TOTAL = 100_000;

const LAST_SYSTEM_PORT = 1023;

/**
 * Decides whether a server may answer a datagram, so that a forged one can turn it neither into a
 * loop nor into an amplifier, and counts every refusal. Its memory is fixed at about 2 MB.
 */
export class ReplyGuard {
  /** How many datagrams were refused so far, by reason. */
  readonly refusals: Record<RefusalReason, number> = noRefusals();

  /** The server's own port; set it where the system chose it. */
  localPort: number;

  readonly #options: ReplyGuardOptions;
  readonly #hostAddresses: HostAddresses;
  readonly #localAddress: AddressWords;
  readonly #allowedSourcePorts: ReadonlySet<number>;
  readonly #allowedPeers: readonly AddressWords[];
  readonly #loops = new LoopDetector();
  readonly #sources: SourceRateLimit | undefined;
  readonly #total: RateLimit | undefined;

  /** @throws UdpError as {@link checkReplyLimits}. */
  constructor(options: ReplyGuardOptions) {
    const { allowedSourcePorts, allowedPeers, perSource, total } = checkReplyLimits(options);
    this.#options = options;
    this.localPort = options.local.port;
    this.#hostAddresses = options.hostAddresses ?? new HostAddresses();
    this.#localAddress = addressWords(options.local.address);
    this.#allowedSourcePorts = new Set(allowedSourcePorts);
    this.#allowedPeers = allowedPeers.map(addressWords);
    const { sharerCount = 1 } = options;
    this.#sources = perSource === undefined ? undefined : new SourceRateLimit(perSource);
    this.#total = total === undefined ? undefined : new RateLimit(total / sharerCount);
  }

  /** Why this request is not to be answered; `undefined` where it may be. */
  refuseRequest(request: ArrivedDatagram, nowNs: number): RefusalReason | undefined {
    return this.#count(
      this.#refuseSource(request) ??
        this.#refusePayload(request, nowNs) ??
        this.#refuseRate(request, nowNs),
    );
  }

  /** Why a reply of this size is not to be sent; `undefined` where it may be. */
  refuseReply(request: ArrivedDatagram, replyBytes: number): RefusalReason | undefined {
    return this.#count(replyBytes > maxReplyBytes(request) ? "amplification" : undefined);
  }

  #count(reason: RefusalReason | undefined): RefusalReason | undefined {
    if (reason !== undefined) this.refusals[reason]++;
    return reason;
  }

  #refuseSource({ sourceAddress, sourcePort }: ArrivedDatagram): RefusalReason | undefined {
    if (!this.#isHostAddress(sourceAddress)) return "source-address";
    if (this.#isSelf(sourceAddress, sourcePort)) return "self";
    const isRefused =
      this.#isRefusedPort(sourcePort) && !this.#isAllowedPeer(sourceAddress, sourcePort);
    return isRefused ? "source-port" : undefined;
  }

  #isAllowedPeer(words: AddressWords, port: number): boolean {
    if (port !== this.localPort) return false;
    return this.#allowedPeers.some((peer) => peer.every((word, index) => word === words[index]));
  }

  #isHostAddress(words: AddressWords): boolean {
    return !(
      isMulticast(words) ||
      isUnspecified(words) ||
      isLimitedBroadcast(words) ||
      this.#hostAddresses.isBroadcast(words)
    );
  }

  #isSelf(words: AddressWords, port: number): boolean {
    if (port !== this.localPort) return false;
    return isUnspecified(this.#localAddress)
      ? this.#hostAddresses.isOwn(words)
      : words.every((word, index) => word === this.#localAddress[index]);
  }

  #isRefusedPort(port: number): boolean {
    const isSuspicious =
      port <= LAST_SYSTEM_PORT || port === DEFAULT_PORT || port === this.localPort;
    return isSuspicious && !this.#allowedSourcePorts.has(port);
  }

  #refusePayload(request: ArrivedDatagram, nowNs: number): RefusalReason | undefined {
    if (this.#options.isOwnReply(request.payload)) return "own-reply";
    if (this.#options.isTrusted) return undefined;
    return this.#loops.isLooping(request, nowNs) ? "loop" : undefined;
  }

  #refuseRate({ sourceAddress }: ArrivedDatagram, nowNs: number): RefusalReason | undefined {
    const { ratePerSource, rateTotal } = this.#options;
    const isFar = !isLoopback(sourceAddress);
    const isSourceLimited = isFar || ratePerSource !== undefined;
    if (isSourceLimited && this.#sources?.take(sourceAddress, nowNs) === false) {
      return "rate-per-source";
    }
    const isTotalLimited = isFar || rateTotal !== undefined;
    return isTotalLimited && this.#total?.take(nowNs) === false ? "rate-total" : undefined;
  }
}

/** What an answer may cost, headers counted, of what was sent for it (RFC 9000 section 8). */
export const AMPLIFICATION_LIMIT = 3;

/**
 * The largest payload of a reply: with IP and UDP headers counted on both sides, a reply costs
 * at most three times what its request cost. Our own rule: RFC 9000 section 8 grants an
 * unvalidated peer three times what it sent in all; here it is three times for each datagram by itself.
 */
export function maxReplyBytes(request: ArrivedDatagram): number {
  const family = isMappedIpv4(request.sourceAddress) ? 4 : 6;
  const requestBytes = udpPacketBytes(request.payload.byteLength, family);
  return AMPLIFICATION_LIMIT * requestBytes - udpPacketBytes(0, family);
}

/** {@link ReplyLimits} with nothing left to choose. */
export interface CheckedReplyLimits {
  readonly allowedSourcePorts: readonly number[];
  readonly allowedPeers: readonly string[];
  /** Replies a second; `undefined` for no limit. */
  readonly perSource: number | undefined;
  /** As above. */
  readonly total: number | undefined;
}

/**
 * What a {@link ReplyGuard} makes of limits, for who wants to know beforehand.
 *
 * @throws UdpError `UDP_BAD_OPTION` for a rate that is not above 0, `UDP_BAD_PORT`, `UDP_BAD_ADDRESS`.
 */
export function checkReplyLimits(limits: ReplyLimits): CheckedReplyLimits {
  const { allowedSourcePorts = [], allowedPeers = [], ratePerSource, rateTotal } = limits;
  return {
    allowedSourcePorts: allowedSourcePorts.map((port) => checkPort(port, 1)),
    allowedPeers: allowedPeers.map(parseAddress),
    perSource: checkRate("ratePerSource", ratePerSource, DEFAULT_RATE_PER_SOURCE),
    total: checkRate("rateTotal", rateTotal, DEFAULT_RATE_TOTAL),
  };
}

function checkRate(
  name: string,
  rate: ReplyRate | undefined,
  defaultRate: number,
): number | undefined {
  if (rate === undefined) return defaultRate;
  if (rate === "none") return undefined;
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `${name}: expected a number above 0, or "none"; got ${rate}`,
  );
}
