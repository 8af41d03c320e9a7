import type { AddressFamily } from "@udp/core";
import { integerOption, msToNs, numberOption } from "@udp/core";
import { headerBytes, maxPacketBytes, minPacketBytes } from "./packet-size.ts";

/** What a {@link TraceSession} is to find out, and how patiently. */
export interface TraceOptions {
  /** Of the far end. A Packet Too Big below the least MTU of the family is not believed. */
  readonly family: AddressFamily;
  /**
   * A packet that arrives, for the hops and their round trips; from the headers alone, 28 or 48,
   * to the largest of the family. Default: 68 for IPv4, which every link carries, 128 for IPv6.
   */
  readonly packetBytes?: number | undefined;
  /**
   * A packet that may be too large, tried at each hop that answers the small one; from
   * `packetBytes` to the largest of the family. Default: none is tried.
   */
  readonly largePacketBytes?: number | undefined;
  /** 1 to 255, default 30. */
  readonly maxHops?: number | undefined;
  /** Small probes to each hop, 1 to 10, default 3. */
  readonly probesPerHop?: number | undefined;
  /** How long an answer is waited for before the next probe to that hop; 1 to 60000, default 800. */
  readonly timeoutMs?: number | undefined;
  /** Between any two probes; 0 to 1000, default 20. */
  readonly spacingMs?: number | undefined;
}

/** {@link TraceOptions}, checked and complete. */
export interface TraceSettings {
  readonly minimumBytes: number;
  readonly packetBytes: number;
  readonly largePacketBytes: number | undefined;
  readonly maxHops: number;
  readonly probesPerHop: number;
  readonly timeoutNs: number;
  readonly spacingNs: number;
}

/** Linux answers one asker six times at once, then once a second: three leave room for the large probes. */
const DEFAULT_PROBES_PER_HOP = 3;

const DEFAULT_PACKET_BYTES: Readonly<Record<AddressFamily, number>> = { 4: 68, 6: 128 };

/** @throws UdpError `UDP_BAD_OPTION`. */
export function traceSettings(options: TraceOptions): TraceSettings {
  const { family, largePacketBytes, maxHops = 30 } = options;
  const { packetBytes = DEFAULT_PACKET_BYTES[family] } = options;
  const { probesPerHop = DEFAULT_PROBES_PER_HOP, timeoutMs = 800, spacingMs = 20 } = options;
  const largestBytes = maxPacketBytes(family);
  return {
    minimumBytes: minPacketBytes(family),
    packetBytes: integerOption("packetBytes", packetBytes, headerBytes(family), largestBytes),
    largePacketBytes:
      largePacketBytes === undefined
        ? undefined
        : integerOption("largePacketBytes", largePacketBytes, packetBytes, largestBytes),
    maxHops: integerOption("maxHops", maxHops, 1, 255),
    probesPerHop: integerOption("probesPerHop", probesPerHop, 1, 10),
    timeoutNs: msToNs(numberOption("timeoutMs", timeoutMs, 1, 60_000)),
    spacingNs: msToNs(numberOption("spacingMs", spacingMs, 0, 1000)),
  };
}
