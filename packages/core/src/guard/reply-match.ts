import type { Endpoint } from "../address/endpoint.ts";
import { choiceOption, integerOption } from "../option-check.ts";

/**
 * What makes a datagram a reply. `any` believes whoever answers first; `source` asks for the address
 * and port of the server that was asked (RFC 8085 section 5); `id` for an identifier that an off-path
 * attacker has to guess (RFC 5452 section 9), from wherever it comes; `source+id` for both.
 */
export type ReplyPolicy = "any" | "source" | "id" | "source+id";

/** What a datagram is to a client; only `accepted` is to be believed. */
export type ReplyVerdict =
  | "accepted"
  | "wrong-address"
  | "wrong-port"
  /** With an identifier that was never sent, from whom it may come: somebody may be guessing. */
  | "wrong-id"
  /** For a request that was given up, or, without identifiers, for none that is known. */
  | "late"
  /** For a request that was answered already. */
  | "duplicate"
  /** Without a readable identifier, from whom it may come. */
  | "malformed";

/** The policies that need to find the identifier. */
type IdPolicy = "id" | "source+id";

/** Whom a {@link ReplyMatcher} believes, and how it finds the identifier where it asks for one. */
export type ReplyMatcherOptions = {
  /** The server that is asked. */
  readonly server: Endpoint;
  /**
   * How many finished requests are remembered to tell `late` and `duplicate` from `wrong-id`, from 0
   * on. Default 1024.
   */
  readonly historySize?: number;
} & (
  | { readonly policy: Exclude<ReplyPolicy, IdPolicy> }
  | {
      readonly policy: IdPolicy;
      /** Finds the identifier in a reply. Must not throw. */
      readonly readId: (payload: Uint8Array) => string | undefined;
    }
);

type RequestState = "waiting" | "answered" | "abandoned";

const DEFAULT_HISTORY_SIZE = 1024;

/** The identifier of requests that carry none: there is one at a time. */
const NO_ID = "";

/** Judges which datagrams a client may believe, and counts what it judged. */
export class ReplyMatcher {
  /** How many datagrams were judged so far, by verdict. */
  readonly counts: Record<ReplyVerdict, number> = {
    accepted: 0,
    "wrong-address": 0,
    "wrong-port": 0,
    "wrong-id": 0,
    late: 0,
    duplicate: 0,
    malformed: 0,
  };

  readonly #options: ReplyMatcherOptions;
  readonly #historySize: number;
  readonly #waiting = new Set<string>();
  /** Oldest first. */
  readonly #finished = new Map<string, Exclude<RequestState, "waiting">>();

  /** @throws UdpError `UDP_BAD_OPTION`. */
  constructor(options: ReplyMatcherOptions) {
    choiceOption("policy", options.policy, ["any", "source", "id", "source+id"]);
    const { historySize = DEFAULT_HISTORY_SIZE } = options;
    this.#historySize = integerOption("historySize", historySize, 0, Number.MAX_SAFE_INTEGER);
    this.#options = options;
  }

  /** Answers that nearly passed, from whom they may come: a number above 0 is an alarm. */
  get nearMissCount(): number {
    return this.counts["wrong-id"];
  }

  /** A request goes out. */
  expect(id: string = NO_ID): void {
    this.#finished.delete(id);
    this.#waiting.add(id);
  }

  /** A request is given up; its answer will be `late`. */
  abandon(id: string = NO_ID): void {
    if (this.#waiting.delete(id)) this.#remember(id, "abandoned");
  }

  /** Judges a datagram; the first acceptable reply finishes its request. */
  judge(payload: Uint8Array, from: Endpoint): ReplyVerdict {
    const verdict = this.#sourceVerdict(from) ?? this.#requestVerdict(payload);
    this.counts[verdict]++;
    return verdict;
  }

  /**
   * As {@link judge}, for what may be believed and is not the last word: an acceptable reply leaves
   * its request open, and is not counted.
   */
  judgeInterim(payload: Uint8Array, from: Endpoint): ReplyVerdict {
    const verdict = this.#sourceVerdict(from) ?? this.#idVerdict(this.#readId(payload));
    if (verdict !== "accepted") this.counts[verdict]++;
    return verdict;
  }

  #sourceVerdict(from: Endpoint): ReplyVerdict | undefined {
    const { policy, server } = this.#options;
    if (policy === "any" || policy === "id") return undefined;
    if (from.address !== server.address) return "wrong-address";
    return from.port === server.port ? undefined : "wrong-port";
  }

  #requestVerdict(payload: Uint8Array): ReplyVerdict {
    const id = this.#readId(payload);
    const verdict = this.#idVerdict(id);
    if (id !== undefined && this.#waiting.delete(id)) this.#remember(id, "answered");
    return verdict;
  }

  #readId(payload: Uint8Array): string | undefined {
    const options = this.#options;
    const asksForId = options.policy === "id" || options.policy === "source+id";
    return asksForId ? options.readId(payload) : NO_ID;
  }

  #idVerdict(id: string | undefined): ReplyVerdict {
    if (id === undefined) return "malformed";
    if (this.#waiting.has(id)) return "accepted";
    const finished = this.#finished.get(id);
    if (finished === "answered") return "duplicate";
    return finished === "abandoned" || id === NO_ID ? "late" : "wrong-id";
  }

  #remember(id: string, state: Exclude<RequestState, "waiting">): void {
    this.#finished.set(id, state);
    const [oldest] = this.#finished.keys();
    if (this.#finished.size > this.#historySize && oldest !== undefined)
      this.#finished.delete(oldest);
  }
}
