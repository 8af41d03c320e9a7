import type { DatagramSocket, Endpoint } from "@udp/core";
import { seededRandom } from "@udp/core";
import type { LinkOptions, SimulatedHost } from "@udp/core/simulation";
import { createNetwork, VirtualClock } from "@udp/core/simulation";
import type { Frame } from "../src/frame.ts";
import { decodeFrame, encodeFrame } from "../src/frame.ts";

export const REFLECTOR_ADDRESS = "10.77.0.2";
export const CLIENT_ADDRESS = "10.77.0.1";
const CLIENT: Endpoint = { address: CLIENT_ADDRESS, port: 40_831 };

/** A client and a reflector's host in virtual time. */
export interface ReflectorHosts {
  readonly clock: VirtualClock;
  readonly client: SimulatedHost;
  readonly reflector: SimulatedHost;
}

/** @param link of each direction; default 5 ms. */
export function createHosts(link: LinkOptions = { delayMs: 5 }, seed = 1): ReflectorHosts {
  const clock = new VirtualClock();
  const network = createNetwork({ clock, random: seededRandom(seed), link });
  return {
    clock,
    client: network.host("client", [CLIENT_ADDRESS]),
    reflector: network.host("reflector", [REFLECTOR_ADDRESS]),
  };
}

/** A client that sends frames to one endpoint and keeps what comes back. */
export class FrameClient {
  readonly arrivals: Frame[] = [];
  readonly foreign: Uint8Array[] = [];
  readonly #to: Endpoint;
  #socket: DatagramSocket | undefined;

  constructor(to: Endpoint) {
    this.#to = to;
  }

  async open(host: SimulatedHost): Promise<this> {
    const onDatagram = (payload: Uint8Array): void => this.#keep(payload);
    this.#socket = await host.openSocket({ local: CLIENT, onDatagram });
    return this;
  }

  send(frame: Frame): void {
    this.#socket?.send(encodeFrame(frame), this.#to);
  }

  #keep(payload: Uint8Array): void {
    const frame = decodeFrame(payload);
    if (frame === undefined) this.foreign.push(payload);
    else this.arrivals.push(frame);
  }
}
