import type { Clock, Endpoint } from "@udp/core";
import { nsToMs, systemClock, UdpError } from "@udp/core";
import type { VerdictCounts } from "./peer-table.ts";
import type { RequestAnswer, Requester, RequesterOptions, RequestOptions } from "./requester.ts";
import type { RequesterCounters } from "./requester-counters.ts";
import { SocketRequester } from "./socket-requester.ts";

/** A requester to the first address of a name where a server listens; until one is heard, to the first. */
export class NameRequester implements Requester {
  readonly #options: RequesterOptions;
  readonly #clock: Clock;
  #present: SocketRequester;
  /** Those that were not tried. */
  #others: readonly Endpoint[];
  #moving: Promise<void> | undefined;
  #isClosed = false;

  /** @throws UdpError as `createRequester`. */
  static async open(
    servers: readonly Endpoint[],
    options: RequesterOptions,
  ): Promise<NameRequester> {
    const { present, others } = await openFirst(servers, options);
    return new NameRequester(present, others, options);
  }

  private constructor(
    present: SocketRequester,
    others: readonly Endpoint[],
    options: RequesterOptions,
  ) {
    this.#present = present;
    this.#others = others;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get local(): Endpoint {
    return this.#present.local;
  }

  get remote(): Endpoint | undefined {
    return this.#present.remote;
  }

  get counters(): RequesterCounters {
    return this.#present.counters;
  }

  get verdictCounts(): VerdictCounts {
    return this.#present.verdictCounts;
  }

  async request(
    payload: Uint8Array | string,
    options: RequestOptions = {},
  ): Promise<RequestAnswer> {
    const asked = this.#present;
    const startedAtNs = this.#clock.nowNs();
    try {
      return await asked.request(payload, options);
    } catch (error) {
      if (!isCoded(error, "RELIABLE_NOT_LISTENING") || !(await this.#movesOn(asked))) throw error;
    }
    const passedMs = nsToMs(this.#clock.nowNs() - startedAtNs);
    return await this.request(payload, shortened(options, passedMs));
  }

  close(): void {
    this.#isClosed = true;
    this.#present.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /** Whether another address than that is asked from now on. */
  async #movesOn(refused: SocketRequester): Promise<boolean> {
    if (this.#present === refused && this.#others.length > 0) {
      this.#moving ??= this.#move().finally(() => {
        this.#moving = undefined;
      });
    }
    await this.#moving;
    return this.#present !== refused;
  }

  async #move(): Promise<void> {
    const { present, others } = await openFirst(this.#others, this.#options);
    this.#present.close();
    this.#present = present;
    this.#others = others;
    if (this.#isClosed) present.close();
  }
}

interface Opened {
  readonly present: SocketRequester;
  readonly others: readonly Endpoint[];
}

/** To the first server that there is a way to. */
async function openFirst(
  [server, ...others]: readonly Endpoint[],
  options: RequesterOptions,
): Promise<Opened> {
  try {
    return { present: await SocketRequester.open(server, options), others };
  } catch (error) {
    if (others.length === 0 || !isCoded(error, "UDP_UNREACHABLE")) throw error;
  }
  return await openFirst(others, options);
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof UdpError && error.code === code;
}

function shortened(options: RequestOptions, passedMs: number): RequestOptions {
  const { timeoutMs } = options;
  if (timeoutMs === undefined) return options;
  return { ...options, timeoutMs: Math.max(timeoutMs - passedMs, 1) };
}
