import { openBunSocket } from "../../src/socket/bun-socket.ts";
import { bytes, openPeer, texts } from "../socket-contract/peer.ts";

/** What is sent, from an address of this host, and the unicast address that the socket must hear. */
export interface Destinations {
  readonly wildcard: "0.0.0.0" | "::";
  readonly unicast: string;
  /** Pairs of source and destination. */
  readonly sends: readonly (readonly [from: string, to: string])[];
}

/** The destinations, each once, that a wildcard socket hears of before a unicast datagram reaches it. */
export async function heardDestinations(
  { wildcard, unicast, sends }: Destinations,
  unicastOnly: boolean,
): Promise<string[]> {
  const local = { address: wildcard, port: 0 };
  await using server = await openPeer(openBunSocket, { local, unicastOnly });
  for (const [from, to] of [...sends, [unicast, unicast]] as const) {
    await sendFrom(from, { address: to, port: server.socket.local.port });
  }
  const isUnicastHeard = (): boolean => texts(server).includes(unicast);
  while (!isUnicastHeard()) await new Promise((resolve) => setImmediate(resolve));
  return [...new Set(texts(server))];
}

async function sendFrom(from: string, to: { address: string; port: number }): Promise<void> {
  const local = { address: from, port: 0 };
  await using client = await openPeer(openBunSocket, { local, allowBroadcast: true });
  client.socket.send(bytes(to.address), to);
}
