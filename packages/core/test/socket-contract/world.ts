import type { Endpoint } from "../../src/address/endpoint.ts";
import type { OpenDatagramSocket } from "../../src/socket/datagram-socket.ts";
import {
  MAX_IPV4_PAYLOAD_BYTES,
  MAX_IPV6_PAYLOAD_BYTES,
} from "../../src/socket/datagram-socket.ts";
import { openPeer } from "./peer.ts";

/** A host that sockets are opened on, and its addresses. */
export interface ContractHost {
  readonly open: OpenDatagramSocket;
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Two hosts that reach each other without loss or reordering; they may be the same one. */
export interface ContractWorld {
  readonly near: ContractHost;
  readonly far: ContractHost;
  /** Lets the world go on until the condition holds; rejects where it never does. */
  until(condition: () => boolean): Promise<void>;
}

export const FAMILIES = ["ipv4", "ipv6"] as const;
export type Family = (typeof FAMILIES)[number];

export const MAX_PAYLOAD_BYTES: Record<Family, number> = {
  ipv4: MAX_IPV4_PAYLOAD_BYTES,
  ipv6: MAX_IPV6_PAYLOAD_BYTES,
};

export function anyPort(address: string): Endpoint {
  return { address, port: 0 };
}

/** An endpoint that a socket had a moment ago. */
export async function closedEndpoint(host: ContractHost, family: Family): Promise<Endpoint> {
  await using peer = await openPeer(host.open, { local: anyPort(host[family]) });
  return peer.socket.local;
}
