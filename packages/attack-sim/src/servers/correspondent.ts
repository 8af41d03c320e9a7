import type { DatagramSocket, Endpoint } from "@udp/core";
import { openBunSocket } from "@udp/core";
import { requireLoopback } from "../target-guard.ts";
import type { Subject } from "./server-scenario.ts";

/** A server on the loopback that says nothing for so long has nothing more to say. */
const QUIET_MS = 200;

/** A process that is started, or busy, may need so long for its first answer. */
const PATIENCE_MS = 700;

/** Whoever sends so much for so long does not stop. */
const MANY = 10_000;
const LIMIT_NS = 3_000_000_000;

const ANYWHERE: Endpoint = { address: "127.0.0.1", port: 0 };

/** What is sent back for a datagram, if anything. */
type Respond = (payload: Uint8Array) => Uint8Array | undefined;

/** A socket on the loopback that writes to a server and keeps what comes back. */
export class Correspondent implements AsyncDisposable {
  readonly #socket: DatagramSocket;
  readonly #inbox: Inbox;

  private constructor(socket: DatagramSocket, inbox: Inbox) {
    this.#socket = socket;
    this.#inbox = inbox;
  }

  /**
   * @param local the source that the server sees; port 0 for one that the system chooses.
   * @param respond asked for each datagram that comes.
   * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_PERMISSION`.
   */
  static async open(
    local: Endpoint = ANYWHERE,
    respond: Respond = () => undefined,
  ): Promise<Correspondent> {
    requireLoopback(local.address);
    const inbox = new Inbox();
    const socket = await openBunSocket({
      local,
      onDatagram: (payload, from, own) => {
        inbox.put(payload);
        const response = respond(payload);
        if (response !== undefined) own.send(response, from);
      },
      onError: ({ code }) => {
        if (code === "UDP_REFUSED") inbox.end();
      },
    });
    return new Correspondent(socket, inbox);
  }

  get local(): Endpoint {
    return this.#socket.local;
  }

  /** All that has come so far. */
  get received(): readonly Uint8Array[] {
    return this.#inbox.payloads;
  }

  send(payload: Uint8Array, to: Endpoint): void {
    requireLoopback(to.address);
    this.#socket.send(payload, to);
  }

  /**
   * Settles when nothing has come for a while, so many datagrams are there, or nobody listens; at the
   * latest after some seconds, as a server may go on for ever.
   */
  async quiet(enough: number = MANY): Promise<void> {
    const endNs = Bun.nanoseconds() + LIMIT_NS;
    let waitMs = PATIENCE_MS;
    while (this.received.length < enough && Bun.nanoseconds() < endNs) {
      if (!(await this.#inbox.grows(waitMs))) return;
      waitMs = QUIET_MS;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }
}

/** What has come, and whether more will. */
class Inbox {
  readonly payloads: Uint8Array[] = [];
  #arrival: PromiseWithResolvers<boolean> = Promise.withResolvers();

  put(payload: Uint8Array): void {
    if (this.payloads.length < MANY) this.payloads.push(payload);
    this.#arrival.resolve(true);
    this.#arrival = Promise.withResolvers();
  }

  /** Nobody listens where the datagrams went. */
  end(): void {
    this.#arrival.resolve(false);
  }

  /** Whether something more comes within the time. */
  async grows(withinMs: number): Promise<boolean> {
    const timeout: PromiseWithResolvers<boolean> = Promise.withResolvers();
    const timer = setTimeout(timeout.resolve, withinMs, false);
    try {
      return await Promise.race([this.#arrival.promise, timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** How often a server that does not answer is asked again. */
const MAX_ASKS = 3;

/** Whether the server answers its question. */
export async function isAnswering({
  endpoint,
  question,
}: Pick<Subject, "endpoint" | "question">): Promise<boolean> {
  await using asker = await Correspondent.open();
  for (let ask = 0; ask < MAX_ASKS && asker.received.length === 0; ask++) {
    asker.send(question, endpoint);
    await asker.quiet(1);
  }
  return asker.received.length > 0;
}
