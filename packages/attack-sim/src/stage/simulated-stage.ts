import type { DatagramSocket, Endpoint, Random } from "@udp/core";
import { msToNs, nsToMs } from "@udp/core";
import type { SimulatedHost } from "@udp/core/simulation";
import { createNetwork, VirtualClock } from "@udp/core/simulation";
import type { Forgery } from "../attackers/forgery.ts";
import type { ClientSocket, ClientSocketOptions, Stage } from "./stage.ts";

/** Each way, between all hosts. */
const DELAY_MS = 1;

/** Longer than any datagram is on its way, there and back. */
const SETTLE_MS = 10;

/** Addresses for documentation (RFC 5737). */
const CLIENT = "192.0.2.1";
const SERVER: Endpoint = { address: "192.0.2.2", port: 1060 };
const ATTACKER: Endpoint = { address: "192.0.2.66", port: 6666 };

interface Parts {
  readonly clock: VirtualClock;
  readonly clientHost: SimulatedHost;
  readonly attackerHost: SimulatedHost;
  readonly serverSocket: DatagramSocket;
  /** What reached the server. */
  readonly requests: Uint8Array[];
}

/** Three hosts in memory: with the same random numbers the same happens. */
export class SimulatedStage implements Stage {
  readonly clientAddress: string = CLIENT;
  readonly server: Endpoint = SERVER;
  readonly attacker: Endpoint = ATTACKER;
  readonly canForgeTooBig = true;
  readonly #parts: Parts;
  readonly #clients = new Map<number, ClientSocketOptions>();
  #passedMs = 0;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param random decides what the network leaves to chance. */
  static async open(random: Random): Promise<SimulatedStage> {
    const clock = new VirtualClock();
    const network = createNetwork({ clock, random, link: { delayMs: DELAY_MS } });
    const requests: Uint8Array[] = [];
    const serverSocket = await network.host("server", [SERVER.address]).openSocket({
      local: SERVER,
      onDatagram: (payload) => requests.push(payload),
    });
    const clientHost = network.host("client", [CLIENT]);
    const attackerHost = network.host("attacker", [ATTACKER.address]);
    return new SimulatedStage({ clock, clientHost, attackerHost, serverSocket, requests });
  }

  nowMs(): number {
    return Math.round(nsToMs(this.#parts.clock.nowNs()) + this.#passedMs);
  }

  pass(durationMs: number): void {
    this.#passedMs += durationMs;
  }

  async openClient(options: ClientSocketOptions): Promise<ClientSocket> {
    const { port, isConnected, onDatagram } = options;
    const socket = await this.#parts.clientHost.openSocket({
      local: { address: CLIENT, port },
      ...(isConnected && { remote: SERVER }),
      onDatagram,
    });
    this.#clients.set(port, options);
    return {
      local: socket.local,
      send: (payload) => void socket.send(payload, isConnected ? undefined : SERVER),
      [Symbol.dispose]: () => {
        this.#clients.delete(port);
        socket.close();
      },
    };
  }

  answer(payload: Uint8Array, to: Endpoint): void {
    this.#parts.serverSocket.send(payload, to);
  }

  forge({ source, destination, payload }: Forgery): void {
    this.#parts.attackerHost.sendForged({ from: source, to: destination, payload });
  }

  /** The network in memory carries no ICMP but refusals; this one takes the time of a datagram. */
  forgeTooBig({ source, destination, payload }: Forgery, mtuBytes: number): void {
    this.#parts.clock.at(this.#parts.clock.nowNs() + msToNs(DELAY_MS), () => {
      const client = this.#clients.get(source.port);
      client?.onTooBig({ quotedPayload: payload, destination, mtuBytes });
    });
  }

  takeRequests(): readonly Uint8Array[] {
    return this.#parts.requests.splice(0);
  }

  settle(): Promise<void> {
    return this.#parts.clock.advanceBy(msToNs(SETTLE_MS));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.serverSocket[Symbol.asyncDispose]();
  }
}
