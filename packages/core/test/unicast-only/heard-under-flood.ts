import type { Endpoint } from "../../src/address/endpoint.ts";
import { openBunSocket } from "../../src/socket/bun-socket.ts";
import { bytes, openPeer, texts } from "../socket-contract/peer.ts";

const WILDCARD = "0.0.0.0";

/** What unicast-only sockets hear, each text once, that are opened in turn on a port under flood. */
export async function heardUnderFlood(openings: number): Promise<string[]> {
  const local = { address: WILDCARD, port: await freePort() };
  const program = Bun.fileURLToPath(import.meta.resolve("./flood.ts"));
  await using flood = Bun.spawn([process.execPath, program, String(local.port)]);
  await flood.stdout.getReader().read();
  const heard = new Set<string>();
  for (let index = 0; index < openings; index++) {
    for (const text of await heardUntil("unicast", local, true)) heard.add(text);
  }
  if (flood.exitCode !== null) throw new Error("the flood ended before the last socket was opened");
  await heardUntil("flood", local, false);
  return [...heard];
}

/** Opens a socket there, sends it unicast datagrams and closes it when it has heard the text. */
async function heardUntil(text: string, local: Endpoint, unicastOnly: boolean): Promise<string[]> {
  await using server = await openPeer(openBunSocket, { local, unicastOnly });
  await using client = await openPeer(openBunSocket, { local: { address: "127.0.0.1", port: 0 } });
  while (!texts(server).includes(text)) {
    // A full queue costs datagrams, so one alone may be lost.
    client.socket.send(bytes("unicast"), { ...local, address: "127.0.0.1" });
    await new Promise((resolve) => setImmediate(resolve));
  }
  return [...new Set(texts(server))];
}

async function freePort(): Promise<number> {
  await using peer = await openPeer(openBunSocket, { local: { address: WILDCARD, port: 0 } });
  return peer.socket.local.port;
}
