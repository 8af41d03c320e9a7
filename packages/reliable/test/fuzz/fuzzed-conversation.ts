import type { Endpoint, Random } from "@udp/core";
import { msToNs, seededRandom } from "@udp/core";
import { Corpus } from "./corpus.ts";
import { FuzzedClient } from "./fuzzed-client.ts";
import type { ServerKind } from "./fuzzed-server.ts";
import { FuzzedServer, SERVER } from "./fuzzed-server.ts";
import { below, mutate } from "./mutations.ts";
import { seal } from "./wire-format.ts";

const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
/** Others that ask or answer, some of which nobody should. */
const OTHERS: readonly Endpoint[] = [
  { address: "192.0.2.8", port: 40_831 },
  { address: "2001:db8::7", port: 50_000 },
  { address: "192.0.2.1", port: 7008 },
  { address: "224.0.0.1", port: 40_831 },
];
const SILENT: Endpoint = { address: "192.0.2.9", port: 7007 };

const ASK_RATIO = 0.05;
const OTHER_RATIO = 0.2;
const SEALED_RATIO = 0.5;
const LONGEST_STEP_MS = 10;
/** So often everything is forgotten meanwhile. */
const PAUSE_RATIO = 0.0002;
const PAUSE_MS = 300_000;

/** A client and a server that exchange frames, and get others of their making between them. */
export class FuzzedConversation {
  readonly client: FuzzedClient;
  readonly server: FuzzedServer;
  readonly #key: Uint8Array | undefined;
  readonly #random: Random;
  readonly #requests: Corpus;
  readonly #answers: Corpus;
  #nowNs = 0;

  constructor(kind: ServerKind, seed: number) {
    this.#random = seededRandom(seed);
    this.#key = kind.key;
    this.client = new FuzzedClient(kind.key, this.#random);
    this.server = new FuzzedServer(kind, this.#random);
    this.#requests = new Corpus(this.#random);
    this.#answers = new Corpus(this.#random);
  }

  /** Hands as many mutated datagrams to each side. */
  run(count: number): void {
    for (let left = count; left > 0; left--) this.#step();
  }

  #step(): void {
    this.#nowNs += msToNs(
      this.#random() < PAUSE_RATIO ? PAUSE_MS : LONGEST_STEP_MS * this.#random(),
    );
    if (this.#random() < ASK_RATIO)
      this.client.ask(this.#random() < OTHER_RATIO ? SILENT : SERVER, this.#nowNs);
    this.#exchange();
    this.server.receive(this.#mutated(), this.#someone(CLIENT), this.#nowNs);
    this.client.receive(this.#mutated(), this.#someone(SERVER), this.#nowNs);
    this.#exchange();
  }

  /** What is sent in earnest arrives at once, and is there to make others of. */
  #exchange(): void {
    for (const { payload, to } of this.client.poll(this.#nowNs)) {
      this.#requests.add(payload);
      if (to === SERVER) this.server.receive(payload, CLIENT, this.#nowNs);
    }
    for (const { payload, to } of this.server.poll(this.#nowNs)) {
      this.#answers.add(payload);
      if (to === CLIENT) this.client.receive(payload, SERVER, this.#nowNs);
    }
  }

  #mutated(): Uint8Array {
    const mutated = mutate(this.#draw(), this.#draw(), this.#random);
    const isSealed = this.#key !== undefined && this.#random() < SEALED_RATIO;
    return isSealed && this.#key !== undefined ? seal(mutated, this.#key) : mutated;
  }

  #draw(): Uint8Array {
    return (this.#random() < 0.5 ? this.#requests : this.#answers).draw();
  }

  #someone(usual: Endpoint): Endpoint {
    const other = OTHERS[below(this.#random, OTHERS.length)];
    return this.#random() < OTHER_RATIO && other !== undefined ? other : usual;
  }
}
