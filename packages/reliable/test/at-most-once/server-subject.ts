import { HostAddresses, ReplyGuard, seededRandom } from "@udp/core";
import type { BootId } from "../../src/frame.ts";
import type { CachedRequestSnapshot, ResponseCacheLimits } from "../../src/response-cache.ts";
import { ServerSession } from "../../src/server-session.ts";
import type { Datagram, RequestNumber } from "./datagram.ts";
import { datagramOf } from "./datagram.ts";
import type { Subject } from "./machine.ts";
import { CLIENT, LIMITS, SERVER } from "./places.ts";
import type { Scenario } from "./scenario.ts";

/** What a server is told. */
export type ServerInput =
  | { readonly kind: "receive"; readonly payload: Uint8Array }
  | { readonly kind: "finish"; readonly request: RequestNumber }
  | { readonly kind: "restart" }
  | { readonly kind: "pass"; readonly durationNs: number };

/** What a server does at once. */
export interface ServerOutput {
  readonly datagrams: readonly Datagram[];
  /** The payload of a request that it begins to carry out. */
  readonly execution: Uint8Array | undefined;
  /** `Infinity` where nothing is waited for. */
  readonly nextDeadlineInNs: number;
}

/** One source has a quarter of them. Where there is none, the client's first request took it. */
const ROOMS: Readonly<Record<Scenario["room"], ResponseCacheLimits>> = {
  ample: {},
  one: { maxBytes: 5200 },
  none: { maxEntries: 4 },
};

const LARGE_ANSWER_BYTES = 200;

const GUARD = new ReplyGuard({
  local: SERVER,
  isOwnReply: () => false,
  isTrusted: true,
  ratePerSource: "none",
  rateTotal: "none",
  hostAddresses: new HostAddresses({}),
});

/** Each server that is started has an identifier of its own. */
export function bootIdOf(bootNumber: number): BootId {
  return String(bootNumber).repeat(16);
}

/** What carrying a request out comes to. */
export function resultOf(request: RequestNumber, bootId: BootId, { answers }: Scenario): string {
  const result = `request ${request} by server ${bootId[0]}`;
  return answers === "large" ? result.padEnd(LARGE_ANSWER_BYTES) : result;
}

/** The server of a world. */
export class ServerSubject implements Subject<ServerInput, ServerOutput> {
  readonly #scenario: Scenario;
  #nowNs = 0;
  #bootNumber = 0;
  #session: ServerSession;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#session = this.#start();
  }

  perform(input: ServerInput): ServerOutput {
    let execution: Uint8Array | undefined;
    switch (input.kind) {
      case "receive":
        execution = this.#session.receive(input.payload, CLIENT, this.#nowNs).execution?.payload;
        break;
      case "finish":
        this.#finish(input.request);
        break;
      case "restart":
        this.#session = this.#start();
        break;
      case "pass":
        this.#nowNs += input.durationNs;
        break;
    }
    const datagrams = this.#session.poll(this.#nowNs).map(datagramOf);
    const deadlineNs = this.#session.nextDeadlineNs() ?? Number.POSITIVE_INFINITY;
    return { datagrams, execution, nextDeadlineInNs: deadlineNs - this.#nowNs };
  }

  /** In which order it forgets makes no difference: that is later than worlds last. */
  describe(): string {
    const { bootId, uptimeMs, requests } = this.#session.inspect(this.#nowNs);
    return JSON.stringify([
      bootId,
      uptimeMs,
      requests.map((request) => relevantOf(request, this.#scenario)).sort(),
    ]);
  }

  /** The second request fails, so that errors are seen too. */
  #finish(request: RequestNumber): void {
    const result = resultOf(request, bootIdOf(this.#bootNumber), this.#scenario);
    this.#session.finish(
      String(request).repeat(32),
      { type: request === 1 ? "error" : "answer", payload: new TextEncoder().encode(result) },
      this.#nowNs,
    );
  }

  #start(): ServerSession {
    const { requiresCookie, room, createCache } = this.#scenario;
    this.#bootNumber++;
    return new ServerSession(
      {
        ...LIMITS,
        guard: GUARD,
        bootId: bootIdOf(this.#bootNumber),
        acknowledgeAfterMs: 50,
        requiresCookie,
        random: seededRandom(this.#bootNumber),
        ...ROOMS[room],
        ...(createCache && { cache: createCache() }),
      },
      this.#nowNs,
    );
  }
}

/** When it arrived makes a difference where it is still to be acknowledged, bytes where answers are large. */
function relevantOf(request: CachedRequestSnapshot, { answers }: Scenario): string {
  const { id, attempt, result, isAcknowledged, isValidated, receivedBytes, sentBytes } = request;
  const isDue = result === undefined && !isAcknowledged;
  return JSON.stringify([
    [id, attempt, result ?? isAcknowledged, isDue && request.arrivedMs],
    answers === "large" && [isValidated, receivedBytes, sentBytes],
  ]);
}
