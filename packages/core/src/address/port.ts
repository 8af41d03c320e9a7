import { UdpError } from "../errors.ts";

/** The port of every tool where none is given. A user port (RFC 6335), so no privilege is needed. */
export const DEFAULT_PORT = 1060;

const MAX_PORT = 65_535;

/**
 * A UDP port in decimal (RFC 768), from `min` to 65535.
 *
 * @throws UdpError `UDP_BAD_PORT`.
 */
export function parsePort(text: string, min = 0): number {
  return isPort(Number(text), min) && /^\d+$/.test(text) ? Number(text) : refusePort(text, min);
}

/**
 * The port itself, where it is a whole number from `min` to 65535.
 *
 * @throws UdpError `UDP_BAD_PORT`.
 */
export function checkPort(port: number, min = 0): number {
  return isPort(port, min) ? port : refusePort(port, min);
}

/** Whether this is a whole number from `min` to 65535. */
export function isPort(port: number, min: number): boolean {
  return Number.isInteger(port) && port >= min && port <= MAX_PORT;
}

function refusePort(got: string | number, min: number): never {
  throw new UdpError(
    "UDP_BAD_PORT",
    `expected a port from ${min} to ${MAX_PORT}; got ${typeof got === "string" ? JSON.stringify(got) : got}`,
  );
}
