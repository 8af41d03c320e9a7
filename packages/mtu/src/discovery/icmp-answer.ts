import type { SocketError } from "@udp/core/linux";

const NONCE_BYTES = 8;

/** The nonce of the datagram that an ICMP error quotes; `undefined` where too little is quoted. */
export function quotedNonce({ quotedPayload }: SocketError): bigint | undefined {
  if (quotedPayload.byteLength < NONCE_BYTES) return undefined;
  return new DataView(quotedPayload.buffer, quotedPayload.byteOffset).getBigUint64(0);
}

/** Whether the host that was asked says itself that nothing receives there: so the datagram arrived. */
export function isFromClosedPort({ kind, name, offender, destination }: SocketError): boolean {
  return kind !== "local" && name === "ECONNREFUSED" && offender === destination.address;
}
