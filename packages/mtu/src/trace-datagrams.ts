import type { AddressFamily, Endpoint, Random } from "@udp/core";
import { addressFamily } from "@udp/core";
import type { SocketError } from "@udp/core/linux";
import { isFromClosedPort, quotedNonce } from "./discovery/icmp-answer.ts";
import { createNonce, decodeFrame, encodeFrame } from "./frame.ts";
import { payloadBytesOf } from "./packet-size.ts";
import type { TraceAnswer, TraceProbe } from "./trace-answer.ts";

/** ICMP's type of "time to live exceeded in transit", in each family. */
const TIME_EXCEEDED: Readonly<Record<AddressFamily, number>> = { 4: 11, 6: 3 };
/** ICMP's type of "destination unreachable". */
const UNREACHABLE: Readonly<Record<AddressFamily, number>> = { 4: 3, 6: 1 };

/** The probes of one trace as datagrams, and what comes back in the words of the trace. */
export class TraceDatagrams {
  readonly #target: Endpoint;
  readonly #family: AddressFamily;
  readonly #random: Random;
  readonly #probes = new Map<bigint, TraceProbe>();

  constructor(target: Endpoint, random: Random) {
    this.#target = target;
    this.#family = addressFamily(target.address);
    this.#random = random;
  }

  /**
   * The payload that makes a probe as large as it is to be.
   *
   * @throws UdpError `UDP_BAD_OPTION` for less than 40 payload bytes.
   */
  encode(probe: TraceProbe): Uint8Array {
    const nonce = createNonce(this.#random);
    this.#probes.set(nonce, probe);
    return encodeFrame({ type: "probe", nonce, payloadBytes: this.#payloadBytesOf(probe) });
  }

  /** What a datagram of the target says: an acknowledgement, or the probe itself, echoed. */
  decode(payload: Uint8Array): TraceAnswer | undefined {
    const frame = decodeFrame(payload);
    if (frame?.type !== "acknowledgement" && frame?.type !== "probe") return undefined;
    const probe = this.#probes.get(frame.nonce);
    if (probe === undefined || frame.payloadBytes !== this.#payloadBytesOf(probe)) return undefined;
    return { kind: "reached", probeId: probe.id, from: this.#target.address };
  }

  /** What an ICMP error says; `undefined` where it quotes no probe, or says nothing of the path. */
  decodeError(error: SocketError): TraceAnswer | undefined {
    const { offender: from, mtuBytes } = error;
    const probeId = this.#probes.get(quotedNonce(error) ?? -1n)?.id;
    if (probeId === undefined || from === undefined) return undefined;
    if (mtuBytes !== undefined) return { kind: "packet-too-big", probeId, from, mtuBytes };
    const kind = this.#kindOf(error);
    return kind && { kind, probeId, from };
  }

  #kindOf(error: SocketError): "time-exceeded" | "reached" | "unreachable" | undefined {
    if (isFromClosedPort(error)) return "reached";
    if (error.type === TIME_EXCEEDED[this.#family]) return "time-exceeded";
    // A router that says "too large", but not what it carries, does not give up.
    const isGivenUp = error.type === UNREACHABLE[this.#family] && error.name !== "EMSGSIZE";
    return isGivenUp ? "unreachable" : undefined;
  }

  #payloadBytesOf({ packetBytes }: TraceProbe): number {
    return payloadBytesOf(packetBytes, this.#family);
  }
}
