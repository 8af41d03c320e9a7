import { seededRandom } from "@udp/core";
import type { ReliableError, ReliableErrorCode } from "../../src/errors.ts";
import type { RequestSnapshot } from "../../src/pending-request.ts";
import { RequesterSession } from "../../src/requester-session.ts";
import type { Datagram, RequestNumber } from "./datagram.ts";
import { datagramOf } from "./datagram.ts";
import type { Subject } from "./machine.ts";
import { LIMITS, SERVER } from "./places.ts";

/** What a client is told. */
export type ClientInput =
  | { readonly kind: "ask"; readonly request: RequestNumber }
  | { readonly kind: "receive"; readonly payload: Uint8Array }
  | { readonly kind: "pass"; readonly durationNs: number };

/** What a request came to at the client. */
export interface Settled {
  readonly request: RequestNumber;
  readonly outcome: "answered" | ReliableErrorCode;
  /** What the server said that it came to. */
  readonly result: string | undefined;
}

/** What a client does at once. */
export interface ClientOutput {
  readonly datagrams: readonly Datagram[];
  readonly settled: readonly Settled[];
  /** `Infinity` where nothing is waited for. */
  readonly nextDeadlineInNs: number;
}

/** The client of a world, with two tries for each request, and a window of two. */
export class ClientSubject implements Subject<ClientInput, ClientOutput> {
  readonly #session: RequesterSession;
  #nowNs = 0;
  #asked: RequestNumber = 0;
  readonly #settled: Settled[] = [];

  constructor() {
    this.#session = new RequesterSession({
      ...LIMITS,
      retransmission: {
        backoff: { initialMs: 1000, attempts: 2 },
        window: { initialRequests: 2, maxRequests: 2 },
      },
      polls: { intervals: { initialMs: 1000 }, unheard: 2 },
      random: seededRandom(1),
      createId: () => String(this.#asked).repeat(32),
    });
  }

  perform(input: ClientInput): ClientOutput {
    switch (input.kind) {
      case "ask":
        this.#ask(input.request);
        break;
      case "receive":
        this.#session.receive(input.payload, SERVER, this.#nowNs);
        break;
      case "pass":
        this.#nowNs += input.durationNs;
        break;
    }
    const datagrams = this.#session.poll(this.#nowNs).map(datagramOf);
    const deadlineNs = this.#session.nextDeadlineNs() ?? Number.POSITIVE_INFINITY;
    const settled = this.#settled.splice(0);
    return { datagrams, settled, nextDeadlineInNs: deadlineNs - this.#nowNs };
  }

  describe(): string {
    const { requests, peers } = this.#session.inspect(this.#nowNs);
    return JSON.stringify([
      requests.map(relevantOf),
      peers.map(({ bootId, cookie }) => [bootId, cookie]),
    ]);
  }

  #ask(request: RequestNumber): void {
    this.#asked = request;
    this.#session.request(
      { to: SERVER, payload: Uint8Array.of(request), deadlineNs: Number.POSITIVE_INFINITY },
      {
        answered: ({ payload }) => {
          const result = new TextDecoder().decode(payload);
          this.#settled.push({ request, outcome: "answered", result });
        },
        failed: (error) => {
          this.#settled.push({ request, outcome: error.code, result: resultIn(error) });
        },
      },
      this.#nowNs,
    );
  }
}

/**
 * With fixed waits the moments of later transmissions make no difference; nor does when resending
 * would end, which is later than worlds last.
 */
function relevantOf({ sentMs, resendUntilMs: _, ...request }: RequestSnapshot): unknown {
  return { ...request, sentCount: sentMs.length, firstSentMs: sentMs[0] };
}

/** What a handler that failed said. */
function resultIn({ code, message }: ReliableError): string | undefined {
  return code === "RELIABLE_HANDLER_FAILED" ? message.slice(message.indexOf(": ") + 2) : undefined;
}
