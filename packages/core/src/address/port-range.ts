import { checkPort } from "./port.ts";

/** The port ranges of RFC 6335 section 6, by the names that it prefers. */
export type PortRange = "system" | "user" | "dynamic";

/** The names of the same ranges in everyday use. */
export type PortRangeName = "well-known" | "registered" | "dynamic";

const FIRST_USER_PORT = 1024;
const FIRST_DYNAMIC_PORT = 49_152;

const EVERYDAY_NAMES: Readonly<Record<PortRange, PortRangeName>> = {
  system: "well-known",
  user: "registered",
  dynamic: "dynamic",
};

/**
 * The range of a port: `system` 0 to 1023, `user` 1024 to 49151, `dynamic` 49152 to 65535. Not what
 * this system draws ephemeral ports from; see `readEphemeralPorts`.
 *
 * @throws UdpError `UDP_BAD_PORT` for anything but an integer from 0 to 65535.
 */
export function portRange(port: number): PortRange {
  if (checkPort(port) < FIRST_USER_PORT) return "system";
  return port < FIRST_DYNAMIC_PORT ? "user" : "dynamic";
}

/** `well-known`, `registered` or `dynamic`. */
export function portRangeName(range: PortRange): PortRangeName {
  return EVERYDAY_NAMES[range];
}
