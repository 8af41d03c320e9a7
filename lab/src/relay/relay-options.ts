import type { Clock, Endpoint, OpenDatagramSocket } from "@udp/core";
import {
  addressFamily,
  addressWords,
  checkPort,
  formatEndpoint,
  isLoopback,
  openBunSocket,
  parseAddress,
  sameEndpoint,
  systemClock,
  UdpError,
} from "@udp/core";
import type { BadLinkOptions } from "../link/bad-link-options.ts";

/** What a relay is told. */
export interface RelayOptions {
  /** Where the server is: a loopback address, a port from 1 to 65535. */
  readonly target: Endpoint;
  /**
   * Where the relay listens for clients: a loopback address, port 0 for one that the system
   * chooses. Default 127.0.0.1:0, or [::1]:0 where the target is IPv6.
   */
  readonly local?: Endpoint | undefined;
  /** Default: a perfect one. `forward` is from the clients to the target. */
  readonly link?: BadLinkOptions | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined;
}

/** Every option of a relay, checked, given or by default. */
export type RelaySettings = {
  readonly [Name in keyof RelayOptions]-?: Exclude<RelayOptions[Name], undefined>;
};

/** @throws UdpError `UDP_BAD_ADDRESS`, `UDP_BAD_PORT`, `UDP_BAD_OPTION`. */
export function relaySettings(options: RelayOptions): RelaySettings {
  const { link = {}, openSocket = openBunSocket, clock = systemClock } = options;
  const target = loopbackEndpoint("target", options.target, 1);
  const local = loopbackEndpoint("local", options.local ?? localFor(target), 0);
  if (sameEndpoint(local, target)) {
    throw badOption("local", "another endpoint than that of the target", local);
  }
  return { target, local, link, openSocket, clock };
}

function localFor(target: Endpoint): Endpoint {
  return { address: addressFamily(target.address) === 4 ? "127.0.0.1" : "::1", port: 0 };
}

function loopbackEndpoint(name: string, endpoint: Endpoint, minPort: number): Endpoint {
  const address = parseAddress(endpoint.address);
  const port = checkPort(endpoint.port, minPort);
  if (isLoopback(addressWords(address))) return { address, port };
  throw badOption(name, "a loopback address, such as 127.0.0.1 or ::1", { address, port });
}

function badOption(name: string, expected: string, got: Endpoint): UdpError<"UDP_BAD_OPTION"> {
  const shown = formatEndpoint(got);
  return new UdpError("UDP_BAD_OPTION", `${name}: expected ${expected}; got ${shown}`);
}
