import type { Endpoint } from "@udp/core";
import { DEFAULT_PORT, nextTurn, nsToMs } from "@udp/core";
import { MessageSocket } from "@udp/core/linux";
import type { Forgery } from "../attackers/forgery.ts";
import { datagramsLost } from "../errors.ts";
import { requireLoopback } from "../target-guard.ts";
import type { Forger } from "./forger.ts";
import { sendSurely } from "./send-surely.ts";
import type { ClientSocket, ClientSocketOptions, Stage } from "./stage.ts";

/** What the stage sends to see that all before it has arrived; no client is told of it. */
const MARK = "\0all before this has arrived\0";

/** The kernel delivers on the loopback at once; a machine that is this slow delivers nothing. */
const LOST_AFTER_NS = 5_000_000_000;

/** A socket's queue has room for a few hundred small datagrams. */
const FORGERIES_BETWEEN_READS = 128;

const ATTACKER_PORT = 6666;

/** IPv4 addresses of the loopback. */
export interface StageAddresses {
  readonly client: string;
  readonly server: string;
  readonly attacker: string;
}

/** Real sockets at three loopback addresses. Linux. */
export class LoopbackStage implements Stage {
  readonly clientAddress: string;
  readonly server: Endpoint;
  readonly attacker: Endpoint;
  readonly #serverSocket: MessageSocket;
  readonly #forger: Forger;
  #client: LoopbackClient | undefined;
  #passedMs = 0;
  #markCount = 0;
  #forgedCount = 0;

  /**
   * @param createForger given the server's socket; what it makes is closed with the stage.
   * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_SYSTEM`; AttackSimError `ATTACK_SIM_NOT_LOOPBACK`.
   */
  constructor(
    { client, server, attacker }: StageAddresses,
    createForger: (serverSocket: MessageSocket) => Forger,
  ) {
    this.clientAddress = requireLoopback(client);
    this.server = { address: requireLoopback(server), port: DEFAULT_PORT };
    this.attacker = { address: requireLoopback(attacker), port: ATTACKER_PORT };
    this.#serverSocket = new MessageSocket({ family: 4, local: this.server });
    try {
      this.#forger = createForger(this.#serverSocket);
    } catch (error) {
      this.#serverSocket[Symbol.dispose]();
      throw error;
    }
  }

  get canForgeTooBig(): boolean {
    return this.#forger.sendTooBig !== undefined;
  }

  nowMs(): number {
    return Math.round(nsToMs(Bun.nanoseconds()) + this.#passedMs);
  }

  pass(durationMs: number): void {
    this.#passedMs += durationMs;
  }

  async openClient(options: ClientSocketOptions): Promise<ClientSocket> {
    const local = { address: this.clientAddress, port: options.port };
    this.#client = new LoopbackClient(local, this.server, options);
    return this.#client;
  }

  answer(payload: Uint8Array, to: Endpoint): void {
    sendSurely(this.#serverSocket, payload, to);
  }

  forge(datagram: Forgery): void {
    this.#forger.send(datagram);
    this.#forgedCount++;
    if (this.#forgedCount % FORGERIES_BETWEEN_READS === 0) this.#client?.read();
  }

  forgeTooBig(request: Forgery, mtuBytes: number): void {
    this.#forger.sendTooBig?.(request, mtuBytes);
  }

  takeRequests(): readonly Uint8Array[] {
    return [...received(this.#serverSocket)].map(({ payload }) => payload);
  }

  /** What the kernel puts before a mark into a socket's queue is read before the mark. */
  async settle(): Promise<void> {
    const client = this.#client;
    if (client === undefined || client.isClosed) return;
    const endNs = Bun.nanoseconds() + LOST_AFTER_NS;
    this.#markCount++;
    const mark = new TextEncoder().encode(`${MARK}${this.#markCount}`);
    this.answer(mark, client.local);
    while (!client.read(mark)) {
      if (Bun.nanoseconds() > endNs) throw datagramsLost();
      await nextTurn();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.[Symbol.dispose]();
    this.#forger[Symbol.dispose]();
    this.#serverSocket[Symbol.dispose]();
  }
}

class LoopbackClient implements ClientSocket {
  readonly local: Endpoint;
  isClosed = false;
  readonly #socket: MessageSocket;
  readonly #server: Endpoint;
  readonly #options: ClientSocketOptions;

  constructor(local: Endpoint, server: Endpoint, options: ClientSocketOptions) {
    const remote = options.isConnected ? server : undefined;
    this.#socket = new MessageSocket({ family: 4, local, remote });
    this.#socket.reportErrors(true);
    this.local = local;
    this.#server = server;
    this.#options = options;
  }

  send(payload: Uint8Array): void {
    sendSurely(this.#socket, payload, this.#options.isConnected ? undefined : this.#server);
  }

  /** Tells what has arrived, up to a mark; whether that was there. */
  read(mark?: Uint8Array): boolean {
    this.#readErrors();
    for (const { payload, from } of received(this.#socket)) {
      if (mark !== undefined && Buffer.compare(payload, mark) === 0) return true;
      this.#options.onDatagram(payload, from);
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.isClosed = true;
    this.#socket[Symbol.dispose]();
  }

  #readErrors(): void {
    let error = this.#socket.receiveError();
    while (error !== undefined) {
      const { quotedPayload, destination, mtuBytes } = error;
      if (mtuBytes !== undefined) this.#options.onTooBig({ quotedPayload, destination, mtuBytes });
      error = this.#socket.receiveError();
    }
  }
}

function* received(socket: MessageSocket) {
  let message = socket.receive();
  while (message !== undefined) {
    yield message;
    message = socket.receive();
  }
}
