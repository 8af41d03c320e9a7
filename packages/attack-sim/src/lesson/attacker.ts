import type { Endpoint, OpenDatagramSocket, ResolveOptions } from "@udp/core";
import { addressFamily, checkPort, openBunSocket } from "@udp/core";
import { LIE } from "../attackers/forgery.ts";
import { loopbackAddress } from "../target-guard.ts";
import { loopbackOf } from "./loopback-of.ts";

/** Whom {@link sendLie} lies to. */
export interface LessonAttackerOptions extends Pick<ResolveOptions, "lookUpName" | "signal"> {
  /** Where the client is. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The client's port, 1 to 65535. */
  readonly port: number;
  /** What it is told. Default `fine`. */
  readonly message?: string | undefined;
  /** Default: a socket of this host. */
  readonly openSocket?: OpenDatagramSocket;
}

/** What was sent. */
export interface SentLie {
  /** The attacker's own endpoint: nothing is forged. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Uint8Array;
}

/**
 * Sends one datagram from a port of its own to a client that waits for somebody else's answer.
 *
 * @throws AttackSimError `ATTACK_SIM_NOT_LOOPBACK`; UdpError `UDP_BAD_ADDRESS`,
 * `UDP_NAME_NOT_FOUND`, `UDP_BAD_PORT`, `UDP_TOO_LARGE`, `UDP_SYSTEM`.
 */
export async function sendLie(options: LessonAttackerOptions): Promise<SentLie> {
  const { host = "127.0.0.1", message = LIE, openSocket = openBunSocket } = options;
  const port = checkPort(options.port, 1);
  const to = { address: await loopbackAddress(host, options), port };
  const local = { address: loopbackOf(addressFamily(to.address)), port: 0 };
  const payload = new TextEncoder().encode(message);
  await using socket = await openSocket({ local, onDatagram: () => undefined });
  while (!socket.send(payload, to)) await socket.drained();
  return { from: socket.local, to, payload };
}
