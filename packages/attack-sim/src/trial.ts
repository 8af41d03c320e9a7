import type { Random } from "@udp/core";
import { formatEndpoint, printable, UdpError } from "@udp/core";
import type { Attack } from "./attackers/attack.ts";
import type { Forgery, Knowledge, Recording } from "./attackers/forgery.ts";
import { forgeAll } from "./attackers/forgery.ts";
import type { ClientRules } from "./defences/defence.ts";
import { datagramsLost } from "./errors.ts";
import type { Judgement } from "./exchange/client-session.ts";
import { ClientSession, carriesFrame } from "./exchange/client-session.ts";
import { decodeFrame } from "./exchange/frame.ts";
import { LAB_KEY } from "./exchange/lab-key.ts";
import { SlowServer } from "./exchange/slow-server.ts";
import type { ClientSocket, ClientSocketOptions, Stage } from "./stage/stage.ts";
import type { Actor, Timeline } from "./timeline.ts";

/** One exchange under attack: what is played, and by whose chance. */
export interface TrialOptions {
  readonly stage: Stage;
  readonly attack: Attack;
  readonly rules: ClientRules;
  /** The most datagrams that the attacker may send, 1 to 256. */
  readonly datagramCount: number;
  /** Two that know nothing of each other. */
  readonly random: { readonly client: Random; readonly attacker: Random };
  /** Where it is written what happens, if anybody wants to know. */
  readonly timeline?: Timeline | undefined;
}

/** How it ended for the client. */
export interface TrialResult {
  /** `believed`: with a lie; `answered`: with the truth; `denied`: with neither. */
  readonly outcome: "believed" | "answered" | "denied";
  /** Whether the client came to see anything that it did not believe. */
  readonly isDetected: boolean;
}

const EARLIER_QUESTION = "Is the bridge open?";
const QUESTION = "Is the bridge safe to cross?";

/** In which an earlier answer becomes older than any time window. */
const BETWEEN_EXCHANGES_MS = 60_000;

/** Smaller than every path carries: a Packet Too Big that says so is a lie. */
const LIE_MTU_BYTES = 576;

/** Other programs may have a port or two of the client's. */
const MAX_PORT_DRAWS = 100;

/**
 * Plays one exchange under attack.
 *
 * @throws AttackSimError `ATTACK_SIM_LOST`; what the stage throws.
 */
export function playTrial(options: TrialOptions): Promise<TrialResult> {
  return new Trial(options).play();
}

class Trial {
  readonly #options: TrialOptions;
  readonly #stage: Stage;
  readonly #attack: Attack;
  readonly #session: ClientSession;
  readonly #server = new SlowServer(LAB_KEY);

  constructor(options: TrialOptions) {
    const { stage, attack, rules, random } = options;
    this.#options = options;
    this.#stage = stage;
    this.#attack = attack;
    const { server } = stage;
    this.#session = new ClientSession({ server, rules, random: random.client, key: LAB_KEY });
  }

  async play(): Promise<TrialResult> {
    const earlier = this.#hasEarlier() ? await this.#playEarlier() : undefined;
    using client = await this.#openClient();
    const requests = await this.#ask(client, QUESTION, this.#attack.wantedCount);
    const answers = requests.map((request) => this.#answerTo(request));
    const [truth = new Uint8Array()] = answers;
    this.#strike(client, requests, earlier ?? { answer: truth, client: client.local });
    await this.#stage.settle();
    if (this.#attack.content !== "altered") await this.#send(answers, client);
    return this.#result(truth);
  }

  #hasEarlier(): boolean {
    return this.#attack.content === "late" || this.#attack.content === "replayed";
  }

  /** An exchange whose answer was believed, or did not come before the client gave it up. */
  async #playEarlier(): Promise<Recording> {
    using client = await this.#openClient();
    const [request = new Uint8Array()] = await this.#ask(client, EARLIER_QUESTION, 1);
    const answer = this.#answerTo(request);
    if (this.#attack.content === "replayed") {
      await this.#send([answer], client);
    } else {
      this.#note("client", () => "gives it up");
      this.#session.abandon();
    }
    this.#stage.pass(BETWEEN_EXCHANGES_MS);
    return { answer, client: client.local };
  }

  async #openClient(): Promise<ClientSocket> {
    const { rules, random } = this.#options;
    const { first, count } = rules.ports;
    for (let draw = 1; ; draw++) {
      const port = first + Math.floor(random.client() * count);
      try {
        return await this.#stage.openClient(this.#hearing(port));
      } catch (error) {
        const isTaken = error instanceof UdpError && error.code === "UDP_ADDRESS_IN_USE";
        if (!isTaken || count === 1 || draw === MAX_PORT_DRAWS) throw error;
      }
    }
  }

  #hearing(port: number): ClientSocketOptions {
    const session = this.#session;
    return {
      port,
      isConnected: this.#options.rules.isConnected,
      onDatagram: (payload, from) => {
        const judgement = session.receive(payload, from, this.#stage.nowMs());
        this.#noteJudgement(judgement, () => `${textOf(payload)} from ${formatEndpoint(from)}`);
      },
      onTooBig: (report) => {
        const judgement = session.receiveTooBig(report, this.#stage.nowMs());
        this.#noteJudgement(judgement, () => `a path MTU of ${report.mtuBytes} bytes`);
      },
    };
  }

  async #ask(client: ClientSocket, question: string, wantedCount: number) {
    const requests = this.#session.ask(question, wantedCount, this.#stage.nowMs());
    for (const request of requests) {
      this.#note("client", () => asking(this.#stage, client, question));
      client.send(request);
    }
    await this.#stage.settle();
    const arrived = this.#stage.takeRequests();
    if (arrived.length < requests.length) throw datagramsLost();
    return arrived;
  }

  #answerTo(request: Uint8Array): Uint8Array {
    return this.#server.answer(request, this.#stage.nowMs());
  }

  /** The server's answers, to a client that waits for them or does so no more. */
  async #send(answers: readonly Uint8Array[], client: ClientSocket): Promise<void> {
    for (const answer of answers) {
      this.#note("server", () => `answers ${textOf(answer)}`);
      this.#stage.answer(answer, client.local);
    }
    await this.#stage.settle();
  }

  #strike(client: ClientSocket, requests: readonly Uint8Array[], recording: Recording): void {
    const { content } = this.#attack;
    const isTooBig = content === "too-big";
    const knowledge = this.#knowledge(client, requests, recording);
    const isSpread = !this.#attack.knowsPort && knowledge.clientPorts.count > 1;
    for (const forgery of forgeAll(this.#attack, knowledge)) {
      this.#note(content === "late" ? "server" : "attacker", () =>
        isTooBig ? "says that a request of the client's was too big" : sending(forgery, isSpread),
      );
      if (isTooBig) this.#stage.forgeTooBig(forgery, LIE_MTU_BYTES);
      else this.#stage.forge(forgery);
    }
  }

  #knowledge(
    client: ClientSocket,
    [request = new Uint8Array()]: readonly Uint8Array[],
    recording: Recording,
  ): Knowledge {
    const { rules, random, datagramCount } = this.#options;
    const knownPort = { first: client.local.port, count: 1 };
    return {
      clientAddress: client.local.address,
      clientPorts: this.#attack.knowsPort ? knownPort : rules.ports,
      server: this.#stage.server,
      own: this.#stage.attacker,
      idBits: rules.idBits,
      hasFrames: carriesFrame(rules),
      question: QUESTION,
      id: decodeFrame(request)?.id ?? 0n,
      recording,
      nowMs: this.#stage.nowMs(),
      random: random.attacker,
      datagramCount,
    };
  }

  #result(truth: Uint8Array): TrialResult {
    const { answer, mtuBytes, ignoredCount } = this.#session;
    const isTrue = answer !== undefined && answer === textIn(truth);
    const isBelieved = mtuBytes !== undefined || (answer !== undefined && !isTrue);
    return {
      outcome: isBelieved ? "believed" : isTrue ? "answered" : "denied",
      isDetected: ignoredCount > 0,
    };
  }

  #noteJudgement(judgement: Judgement, what: () => string): void {
    if (judgement === "believed") this.#note("client", () => `believes ${what()}`);
    else if (judgement !== "over") {
      this.#note("client", () => `ignores ${what()}: ${judgement}`);
    }
  }

  #note(actor: Actor, describe: () => string): void {
    this.#options.timeline?.add(actor, describe());
  }
}

function asking({ server }: Stage, { local }: ClientSocket, question: string): string {
  const words = printable(new TextEncoder().encode(question));
  return `asks ${formatEndpoint(server)} from port ${local.port}: ${words}`;
}

/** @param isSpread each datagram goes to another port, and nobody wants to know to which. */
function sending({ source, destination, payload }: Forgery, isSpread: boolean): string {
  const to = isSpread ? `a port of ${destination.address}` : formatEndpoint(destination);
  return `sends ${textOf(payload)} to ${to} as ${formatEndpoint(source)}`;
}

function textOf(payload: Uint8Array): string {
  return printable(new TextEncoder().encode(textIn(payload)));
}

/** What an answer says to whoever believes it. */
function textIn(payload: Uint8Array): string {
  return decodeFrame(payload)?.text ?? new TextDecoder().decode(payload);
}
