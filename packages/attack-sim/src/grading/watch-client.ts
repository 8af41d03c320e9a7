import type { DatagramSocket, Endpoint } from "@udp/core";
import { DEFAULT_PORT, integerOption, numberOption, openBunSocket } from "@udp/core";
import { AttackSimError } from "../errors.ts";
import { requirePrivateNetwork } from "../private-network.ts";
import type { ClientObservation, Deceit, Reaction } from "./client-grade.ts";
import { DECEITS } from "./client-grade.ts";
import type { ClientRun } from "./client-run.ts";
import { startClient } from "./client-run.ts";
import type { IdPlace } from "./id-place.ts";
import { idIn } from "./id-place.ts";

/** Which client is watched, and how often. */
export interface WatchClientOptions {
  /** A line for the shell; `{host}` and `{port}` stand for the server that it is to ask. */
  readonly command: string;
  /** Exchanges with nobody in between, 2 to 1000. Default 26, as the port test of DNS-OARC. */
  readonly exchanges?: number | undefined;
  /** Where requests carry an id, if they do. */
  readonly idPlace?: IdPlace | undefined;
  /** How long the true answer waits behind a false one, 1 to 60,000. Default 300. */
  readonly graceMs?: number | undefined;
  /** Told of each exchange: how many are done, of how many. */
  readonly onExchange?: ((doneCount: number, count: number) => void) | undefined;
  /** Ends the watch, and the client. */
  readonly signal?: AbortSignal | undefined;
}

const SERVER: Endpoint = { address: "127.0.0.1", port: DEFAULT_PORT };
const OTHER_ADDRESS: Endpoint = { address: "127.0.0.66", port: DEFAULT_PORT };

const DEFAULT_EXCHANGES = 26;
const DEFAULT_GRACE_MS = 300;

/** A false answer that is believed once in a while is believed. */
const TRIES = 3;

/** A client that shows the truth in none of so many honest exchanges will not show a lie either. */
const HONEST_TRIES = 2;

const TRUTH = "the true answer";
const LIE = "a forged answer";

/**
 * Starts a client again and again in the private network that this process is in, plays its server,
 * and answers falsely first.
 *
 * @throws AttackSimError `ATTACK_SIM_NO_PRIVATE_NETWORK` where this process is in none,
 * `ATTACK_SIM_NO_REQUEST` where the client asks nothing, `ATTACK_SIM_NO_ANSWER` where it shows nothing
 * of what it is told; UdpError `UDP_BAD_OPTION`, `UDP_ADDRESS_IN_USE`; the signal's reason.
 */
export async function watchClient(options: WatchClientOptions): Promise<ClientObservation> {
  integerOption("exchanges", options.exchanges ?? DEFAULT_EXCHANGES, 2, 1000);
  numberOption("graceMs", options.graceMs ?? DEFAULT_GRACE_MS, 1, 60_000);
  await requirePrivateNetwork();
  await using sockets = new AsyncDisposableStack();
  const requests = new Requests();
  const open = async (local: Endpoint): Promise<DatagramSocket> =>
    sockets.use(
      await openBunSocket({ local, onDatagram: (payload, from) => requests.put(payload, from) }),
    );
  const server = await open(SERVER);
  const otherPort = await open({ ...SERVER, port: 0 });
  const otherAddress = await open(OTHER_ADDRESS);
  return await new Watch(options, requests, { server, otherPort, otherAddress }).observe();
}

interface Sockets {
  readonly server: DatagramSocket;
  readonly otherPort: DatagramSocket;
  readonly otherAddress: DatagramSocket;
}

interface Request {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

class Watch {
  readonly #options: WatchClientOptions;
  readonly #requests: Requests;
  readonly #sockets: Sockets;
  readonly #count: number;
  #doneCount = 0;
  #last: Request | undefined;

  constructor(options: WatchClientOptions, requests: Requests, sockets: Sockets) {
    this.#options = options;
    this.#requests = requests;
    this.#sockets = sockets;
    this.#count = (options.exchanges ?? DEFAULT_EXCHANGES) + TRIES * this.#deceits().length;
  }

  async observe(): Promise<ClientObservation> {
    const { exchanges = DEFAULT_EXCHANGES, idPlace } = this.#options;
    const honest: Exchange[] = [];
    while (honest.length < exchanges) {
      honest.push(await this.#exchange());
      if (honest.length === HONEST_TRIES) requireTruth(honest);
    }
    const ids = honest.flatMap(({ request }) =>
      idPlace === undefined ? [] : (idIn(request.payload, idPlace) ?? []),
    );
    return {
      ports: honest.map(({ request }) => request.from.port),
      ids,
      idBits: 8 * (idPlace?.bytes ?? 0),
      reactions: await this.#reactions(),
      showsDuplicates: honest.some(({ output }) => output.split(TRUTH).length > 2),
    };
  }

  #deceits(): readonly Deceit[] {
    const hasId = this.#options.idPlace !== undefined;
    return DECEITS.filter((deceit) => hasId || deceit !== "wrong-id");
  }

  async #reactions(): Promise<ClientObservation["reactions"]> {
    const reactions: Partial<Record<Deceit, Reaction>> = {};
    for (const deceit of this.#deceits()) reactions[deceit] = await this.#worstReaction(deceit);
    return reactions;
  }

  async #worstReaction(deceit: Deceit): Promise<Reaction> {
    const seen = new Set<Reaction>();
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const earlier = this.#last;
      const exchange = await this.#exchange((request) => this.#deceive(deceit, request, earlier));
      seen.add(reactionOf(exchange));
    }
    return WORST_FIRST.find((reaction) => seen.has(reaction)) ?? "unclear";
  }

  /** One process of the client, from its start to its end. */
  async #exchange(deceive?: (request: Request) => void): Promise<Exchange> {
    const { graceMs = DEFAULT_GRACE_MS, signal } = this.#options;
    signal?.throwIfAborted();
    await using client = startClient(this.#options.command, SERVER, signal);
    const request = await this.#requestOf(client);
    deceive?.(request);
    const endedEarly = deceive !== undefined && (await client.endsWithin(graceMs));
    this.#answerAll(request);
    await client.ends();
    this.#requests.onRequest = undefined;
    this.#last = request;
    this.#options.onExchange?.(++this.#doneCount, this.#count);
    return { request, endedEarly, code: client.code, output: client.output };
  }

  async #requestOf(client: ClientRun): Promise<Request> {
    this.#requests.forget();
    const request = await Promise.race([this.#requests.next(), client.ends()]);
    if (request !== undefined) return request;
    this.#options.signal?.throwIfAborted();
    throw new AttackSimError(
      "ATTACK_SIM_NO_REQUEST",
      `the client ended, or waited too long, and sent nothing to ${SERVER.address}:${SERVER.port}; does its command name {host} and {port}? It said: ${client.output.trim().slice(0, MAX_QUOTED_CHARACTERS)}`,
    );
  }

  /** The truth, twice; and again for whatever is asked from now on. */
  #answerAll(request: Request): void {
    const answer = ({ payload, from }: Request): void => {
      for (let copy = 0; copy < 2; copy++) {
        this.#sockets.server.send(this.#compose(payload, TRUTH), from);
      }
    };
    answer(request);
    this.#requests.onRequest = answer;
  }

  #deceive(deceit: Deceit, { payload, from }: Request, earlier: Request | undefined): void {
    const { server, otherPort, otherAddress } = this.#sockets;
    const lie = this.#compose(payload, LIE);
    if (deceit === "other-port") otherPort.send(lie, from);
    if (deceit === "other-address") otherAddress.send(lie, from);
    if (deceit === "wrong-id") server.send(this.#withOtherId(lie), from);
    // Where the earlier request came from: it is here again only if the client kept its port.
    if (deceit === "earlier-answer" && earlier !== undefined) {
      server.send(this.#compose(earlier.payload, LIE), earlier.from);
    }
  }

  /** What stands before the id, and the id, as in the request; then the text. */
  #compose(request: Uint8Array, text: string): Uint8Array {
    const { idPlace } = this.#options;
    const head = idPlace === undefined ? 0 : idPlace.offset + idPlace.bytes;
    return Buffer.concat([request.subarray(0, head), Buffer.from(text)]);
  }

  #withOtherId(answer: Uint8Array): Uint8Array {
    const { offset, bytes } = this.#options.idPlace ?? { offset: 0, bytes: 0 };
    return answer.map((byte, at) => (at >= offset && at < offset + bytes ? byte ^ 0xff : byte));
  }
}

const WORST_FIRST: readonly Reaction[] = ["believed", "gave-up", "unclear", "waited"];

/** What came of one process of the client. */
interface Exchange {
  readonly request: Request;
  /** Whether it ended before the true answer was sent. */
  readonly endedEarly: boolean;
  /** `undefined` where it did not end by itself. */
  readonly code: number | undefined;
  readonly output: string;
}

function requireTruth(honest: readonly Exchange[]): void {
  if (honest.some(({ output }) => output.includes(TRUTH))) return;
  const said = honest[0]?.output.trim().slice(0, MAX_QUOTED_CHARACTERS);
  throw new AttackSimError(
    "ATTACK_SIM_NO_ANSWER",
    `the client showed none of the true answers; does its request carry an id (--id-at), and does it print what it is told? It said: ${said}`,
  );
}

const MAX_QUOTED_CHARACTERS = 200;

function reactionOf({ output, endedEarly, code }: Exchange): Reaction {
  // A client may also tell of the lie that it did not believe.
  if (output.includes(TRUTH) && !endedEarly) return "waited";
  if (code !== undefined && code !== 0) return "gave-up";
  return output.includes(LIE) ? "believed" : "unclear";
}

/** Requests as they come, one by one; those that nobody waits for go to a listener. */
class Requests {
  onRequest: ((request: Request) => void) | undefined;
  #next: PromiseWithResolvers<Request> = Promise.withResolvers();

  put(payload: Uint8Array, from: Endpoint): void {
    this.#next.resolve({ payload, from });
    this.onRequest?.({ payload, from });
  }

  /** What came so far was for somebody else. */
  forget(): void {
    this.#next = Promise.withResolvers();
  }

  next(): Promise<Request> {
    return this.#next.promise;
  }
}
