import type { Endpoint } from "@udp/core";
import { TimerQueue } from "@udp/core";
import type { Link } from "@udp/core/simulation";
import { packetBytes } from "@udp/core/simulation";
import type { OutgoingFrame, RequesterSession } from "../requester-session.ts";
import type { Execution, ServerSession } from "../server-session.ts";

/** Who exchanges what over which links. */
export interface ExchangeOptions {
  readonly client: RequesterSession;
  readonly clientEndpoint: Endpoint;
  readonly server: ServerSession;
  readonly serverEndpoint: Endpoint;
  readonly there: Link;
  readonly back: Link;
  /** Carries out a request at once. */
  readonly handle: (execution: Execution) => Uint8Array;
}

/** A client and a server in virtual time, with a link each way between them. */
export class Exchange {
  readonly #options: ExchangeOptions;
  readonly #arrivals = new TimerQueue();
  nowNs = 0;

  constructor(options: ExchangeOptions) {
    this.#options = options;
  }

  /** Lets time pass until `untilNs`, or until nothing is left that could happen. */
  run(untilNs: number = Number.POSITIVE_INFINITY): void {
    while (this.#step(untilNs));
    if (untilNs < Number.POSITIVE_INFINITY) this.nowNs = untilNs;
  }

  #step(untilNs: number): boolean {
    const { client, server, there, back } = this.#options;
    for (const frame of client.poll(this.nowNs)) this.#send(there, frame, this.#toServer);
    for (const frame of server.poll(this.nowNs)) this.#send(back, frame, this.#toClient);
    const arrivalNs = this.#arrivals.nextDeadlineNs() ?? Number.POSITIVE_INFINITY;
    // That a server forgets in the end is nothing to wait for.
    const serverNs = client.pendingCount > 0 ? server.nextDeadlineNs() : undefined;
    const nextNs = Math.min(
      arrivalNs,
      client.nextDeadlineNs() ?? Number.POSITIVE_INFINITY,
      serverNs ?? Number.POSITIVE_INFINITY,
    );
    if (nextNs > untilNs || nextNs === Number.POSITIVE_INFINITY) return false;
    this.nowNs = Math.max(this.nowNs, nextNs);
    this.#arrivals.takeDue(this.nowNs)?.callback();
    return true;
  }

  #send(link: Link, frame: OutgoingFrame, arrive: (payload: Uint8Array) => void): void {
    const fate = link.send(packetBytes(frame), this.nowNs);
    if (fate.kind === "dropped") return;
    for (const arrivalNs of fate.arrivalsNs) {
      this.#arrivals.add(arrivalNs, () => arrive(frame.payload));
    }
  }

  readonly #toServer = (payload: Uint8Array): void => {
    const { server, clientEndpoint, handle } = this.#options;
    const { execution } = server.receive(payload, clientEndpoint, this.nowNs);
    if (execution === undefined) return;
    server.finish(execution.id, { type: "answer", payload: handle(execution) }, this.nowNs);
  };

  readonly #toClient = (payload: Uint8Array): void => {
    const { client, serverEndpoint } = this.#options;
    client.receive(payload, serverEndpoint, this.nowNs);
  };
}
