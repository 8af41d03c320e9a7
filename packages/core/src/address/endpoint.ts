import { UdpError } from "../errors.ts";
import { addressFamily, parseAddress } from "./ip-address.ts";
import { parsePort } from "./port.ts";

/**
 * One end of a UDP exchange. `address` is canonical (see {@link parseAddress}), `port` is 0 to
 * 65535, where 0 asks the system to choose.
 */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * Reads `127.0.0.1:1060`, `[::1]:1060` or `[fe80::1%eth0]:1060`. Where a `defaultPort` is given the
 * port, and then the brackets too, may be left out.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` or `UDP_BAD_PORT`, naming what was expected.
 */
export function parseEndpoint(text: string, defaultPort?: number): Endpoint {
  const { address, port } = text.startsWith("[")
    ? splitBracketed(text)
    : splitPlain(text, defaultPort !== undefined);
  if (port !== undefined) return { address: parseAddress(address), port: parsePort(port) };
  if (defaultPort !== undefined) return { address: parseAddress(address), port: defaultPort };
  throw new UdpError(
    "UDP_BAD_PORT",
    `expected a port after the address, such as 127.0.0.1:1060; got ${JSON.stringify(text)}`,
  );
}

/** `127.0.0.1:1060`, `[::1]:1060`. */
export function formatEndpoint(endpoint: Endpoint): string {
  const { address, port } = endpoint;
  return addressFamily(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Whether address and port are equal. Compares text, so both addresses must be canonical. */
export function sameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.port === other.port && one.address === other.address;
}

interface Split {
  readonly address: string;
  readonly port: string | undefined;
}

function splitBracketed(text: string): Split {
  const [, address, port] = /^\[([^\]]*)\](?::(.*))?$/s.exec(text) ?? [];
  if (address !== undefined) return { address, port };
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `expected [IPv6]:port, such as [::1]:1060; got ${JSON.stringify(text)}`,
  );
}

function splitPlain(text: string, portIsOptional: boolean): Split {
  const colon = text.lastIndexOf(":");
  if (colon < 0) return { address: text, port: undefined };
  const isBareIpv6 = text.indexOf(":") !== colon;
  if (!isBareIpv6) return { address: text.slice(0, colon), port: text.slice(colon + 1) };
  if (portIsOptional) return { address: text, port: undefined };
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    `expected an IPv6 address in brackets, such as [::1]:1060; got ${JSON.stringify(text)}`,
  );
}
