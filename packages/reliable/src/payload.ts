import { UdpError } from "@udp/core";

/**
 * A copy of bytes, or of text as UTF-8: what becomes of the caller's own afterwards changes nothing.
 *
 * @throws UdpError `UDP_BAD_OPTION` for anything else.
 */
export function copyPayload(name: string, payload: unknown): Uint8Array {
  if (typeof payload === "string") return new TextEncoder().encode(payload);
  if (payload instanceof Uint8Array) return Uint8Array.from(payload);
  const got = payload === null ? "null" : typeof payload;
  throw new UdpError("UDP_BAD_OPTION", `${name}: expected bytes (Uint8Array) or text; got ${got}`);
}
