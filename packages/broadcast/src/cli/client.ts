import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { sendBeacon } from "../beacon.ts";
import { BroadcastError } from "../errors.ts";
import type { ReadInterfaces } from "../network-interface.ts";
import { planFor } from "../plan.ts";
import { beacon } from "./client-rendering.ts";

/** The options of `udp-broadcast client` as they were given. */
export interface ClientFlags {
  readonly port: number;
  readonly message: string;
  readonly hopLimit: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Sends one datagram to everyone who is meant, and says what was sent where. */
export async function runClient(
  terminal: Terminal,
  network: string | undefined,
  flags: ClientFlags,
  readInterfaces: ReadInterfaces,
): Promise<void> {
  const output = new Output(terminal, flags);
  const payload = new TextEncoder().encode(flags.message);
  const plan = planFor(network, readInterfaces());
  const deliveries = await sendBeacon(plan.destinations, {
    payload,
    port: flags.port,
    hopLimit: flags.hopLimit,
  });
  output.result(beacon(payload, deliveries, plan));
  if (deliveries.every(({ error }) => error !== undefined)) throw nothingSent();
}

function nothingSent(): BroadcastError {
  return new BroadcastError("BROADCAST_NOTHING_SENT", "no datagram was sent");
}
