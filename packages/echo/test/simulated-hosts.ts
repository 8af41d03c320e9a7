import type { Endpoint } from "@udp/core";
import { seededRandom } from "@udp/core";
import type { LinkOptions, SimulatedHost, SimulatedNetwork } from "@udp/core/simulation";
import { createNetwork, VirtualClock } from "@udp/core/simulation";

/** Three hosts in virtual time: one asks, one serves, one is neither. */
export interface SimulatedHosts {
  readonly clock: VirtualClock;
  readonly network: SimulatedNetwork;
  readonly client: SimulatedHost;
  readonly server: SimulatedHost;
  readonly stranger: SimulatedHost;
}

export const CLIENT_ADDRESS = "10.77.0.1";
export const SERVER_ADDRESS = "10.77.0.2";
export const STRANGER_ADDRESS = "10.77.0.3";

/** @param link of every pair of hosts, each direction; default 5 ms. */
export function createHosts(link: LinkOptions = { delayMs: 5 }, seed = 1): SimulatedHosts {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(seed), link });
  return {
    clock,
    network,
    client: network.host("client", [CLIENT_ADDRESS]),
    server: network.host("server", [SERVER_ADDRESS]),
    stranger: network.host("stranger", [STRANGER_ADDRESS]),
  };
}

/** Sends one datagram and forgets it. */
export async function sendFrom(
  host: SimulatedHost,
  text: string,
  to: Endpoint,
  from?: Endpoint,
): Promise<void> {
  await using socket = await host.openSocket({
    onDatagram: () => undefined,
    ...(from && { local: from }),
  });
  socket.send(new TextEncoder().encode(text), to);
}
