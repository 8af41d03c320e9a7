import type { ClientInput, ClientOutput } from "./client-subject.ts";
import { ClientSubject } from "./client-subject.ts";
import type { Datagram, RequestNumber } from "./datagram.ts";
import {
  amend,
  BrokenPromise,
  execute,
  finish,
  hear,
  NO_HISTORY,
  settle,
  transmit,
} from "./ledger.ts";
import type { Step } from "./machine.ts";
import { Machine } from "./machine.ts";
import type { Scenario } from "./scenario.ts";
import type { ServerInput, ServerOutput } from "./server-subject.ts";
import { bootIdOf, ServerSubject } from "./server-subject.ts";
import type { Flight, Side, World } from "./world.ts";
import { newFlight, withFlight } from "./world.ts";

/** How one thing leads to another in the worlds of a scenario. All throw `BrokenPromise`. */
export class Physics {
  readonly #scenario: Scenario;
  readonly #client: Machine<ClientInput, ClientOutput>;
  readonly #server: Machine<ServerInput, ServerOutput>;

  constructor(scenario: Scenario, isMerging: boolean) {
    this.#scenario = scenario;
    this.#client = new Machine(() => new ClientSubject(), isMerging);
    this.#server = new Machine(() => new ServerSubject(scenario), isMerging);
  }

  /** The client makes a request. */
  ask(world: World, request: RequestNumber): World {
    const step = this.#client.step(world.client.state, { kind: "ask", request }, `ask ${request}`);
    return this.#afterClient(world, step);
  }

  /** A datagram reaches the other side. */
  arrive(world: World, flight: Flight): World {
    return flight.to === "client"
      ? this.#arriveAtClient(world, flight)
      : this.#arriveAtServer(world, flight);
  }

  /** The handler of a request has done its work. */
  finish(world: World, request: RequestNumber): World {
    const bootId = bootIdOf(world.bootNumber);
    const ledger = amend(world.ledger, request, (history) => finish(history, bootId));
    const running = world.running.filter((other) => other !== request);
    const input = { kind: "finish", request } as const;
    const step = this.#server.step(world.server.state, input, `finish ${request}`);
    return this.#afterServer({ ...world, ledger, running }, step);
  }

  /** The server is started anew, and has forgotten everything. */
  restart(world: World): World {
    const step = this.#server.step(world.server.state, { kind: "restart" }, "restart");
    return this.#afterServer({ ...world, bootNumber: world.bootNumber + 1, running: [] }, step);
  }

  /** Time passes, no further than to the next deadline. */
  pass(world: World, durationNs: number): World {
    const input = { kind: "pass", durationNs } as const;
    const name = `pass ${durationNs}`;
    const client = this.#client.step(world.client.state, input, name);
    const server = this.#server.step(world.server.state, input, name);
    const later = { ...world, ageNs: world.ageNs + durationNs, server: sideOf(server) };
    return this.#send(this.#afterClient(later, client), "client", server.output.datagrams);
  }

  #arriveAtClient(world: World, { payload, name, request, frame }: Flight): World {
    const { bootId } = frame;
    if (bootId === undefined) throw new BrokenPromise("a server that does not say which it is");
    const ledger = hear(world.ledger, request, bootId);
    const step = this.#client.step(world.client.state, { kind: "receive", payload }, name);
    return this.#afterClient({ ...world, ledger }, step);
  }

  #arriveAtServer(world: World, { payload, name, request, knowledge }: Flight): World {
    const step = this.#server.step(world.server.state, { kind: "receive", payload }, name);
    const { execution } = step.output;
    if (execution === undefined) return this.#afterServer(world, step);
    if (execution[0] !== request) throw new BrokenPromise("carried out with another's payload");
    const begun = { bootId: bootIdOf(world.bootNumber), knowledge };
    const ledger = amend(world.ledger, request, (history) =>
      execute(history, begun, this.#scenario),
    );
    const running = [...world.running, request].sort();
    return this.#afterServer({ ...world, ledger, running }, step);
  }

  #afterClient(world: World, step: Step<ClientOutput>): World {
    const { settled, datagrams } = step.output;
    const { activity, bootNumber } = world;
    const ledger = settled.reduce(
      (before, { request, ...outcome }) =>
        amend(before, request, (history) =>
          settle(history, { request, ...outcome }, this.#scenario, bootNumber > 1),
        ),
      world.ledger,
    );
    const next = { ...world, client: sideOf(step), ledger, activity: activity + settled.length };
    return this.#send(next, "server", datagrams);
  }

  #afterServer(world: World, step: Step<ServerOutput>): World {
    return this.#send({ ...world, server: sideOf(step) }, "client", step.output.datagrams);
  }

  #send(world: World, to: Flight["to"], datagrams: readonly Datagram[]): World {
    let next = world;
    for (const datagram of datagrams) next = this.#carry(next, to, datagram);
    return next;
  }

  /** On its way as far as the bound goes; past it the network is plain. */
  #carry(world: World, to: Flight["to"], datagram: Datagram): World {
    const { frame, request } = datagram;
    const { datagramsLeft, flights } = world;
    const isRequest = frame.type === "request";
    const ledger = isRequest
      ? amend(world.ledger, request, (history) => transmit(history, frame))
      : world.ledger;
    const knowledge = isRequest ? ledger[request] : undefined;
    const flight = newFlight(datagram, to, knowledge ?? NO_HISTORY);
    const next = { ...world, ledger, activity: world.activity + 1 };
    if (datagramsLeft > 0)
      return { ...next, datagramsLeft: datagramsLeft - 1, flights: withFlight(flights, flight) };
    return world.isTailLost ? next : this.arrive(next, flight);
  }
}

function sideOf({ state, output }: Step<ClientOutput | ServerOutput>): Side {
  return { state, nextDeadlineInNs: output.nextDeadlineInNs };
}
