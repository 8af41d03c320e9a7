import { msToNs } from "@udp/core";
import type { RequestNumber } from "./datagram.ts";
import { amend, BrokenPromise, copy, NO_HISTORY } from "./ledger.ts";
import { Physics } from "./physics.ts";
import type { Bound, Scenario } from "./scenario.ts";
import type { Flight, World } from "./world.ts";
import { distinctFlights, isOver, REQUESTS } from "./world.ts";

/** Something that can happen: its name, and the world after it. */
export interface Event {
  readonly name: string;
  /** @throws BrokenPromise */
  happen(): World;
}

/** The request by which the client has learned of its server, a second before. */
const GREETING: RequestNumber = 2;
const SINCE_GREETING_NS = msToNs(1000);

/** Longer than any request may last here, and sooner than anything is forgotten or expires. */
const TOO_OLD_NS = msToNs(55_000);

/** What can happen in the worlds of a scenario, and when all is over. */
export class Laws {
  readonly #scenario: Scenario;
  readonly #physics: Physics;

  /** @param isMerging `false`: nothing that seems alike is taken for the same. */
  constructor(scenario: Scenario, isMerging: boolean) {
    this.#scenario = scenario;
    this.#physics = new Physics(scenario, isMerging);
  }

  /** Both requests have just been made. */
  begin({ datagrams, copies, restarts }: Bound): World {
    const known = this.#learn(NOTHING);
    const world: World = {
      ...this.#physics.pass(known, SINCE_GREETING_NS),
      datagramsLeft: datagrams,
      copiesLeft: copies,
      restartsLeft: restarts,
      isTailLost: this.#scenario.tail === "lost",
    };
    return REQUESTS.reduce((before, request) => this.#physics.ask(before, request), world);
  }

  /** All that can happen next; nothing where all is over. */
  events(world: World): readonly Event[] {
    const flights = distinctFlights(world);
    const events = flights.map((flight) => this.#arrival(world, flight));
    if (world.copiesLeft > 0) events.push(...flights.map((flight) => this.#copy(world, flight)));
    if (!isOver(world) && !mustFinish(world))
      events.push({ name: "wait", happen: () => this.#wait(world) });
    if (flights.length === 0 && (isOver(world) || isCutOff(world))) return events;
    for (const request of world.running) events.push(this.#completion(world, request));
    if (world.restartsLeft > 0) events.push(this.#restart(world));
    return events;
  }

  /** What the client knows of its server. */
  #learn(world: World): World {
    const { knownBoot } = this.#scenario;
    if (knownBoot === "none") return world;
    const asked = this.#physics.ask(world, GREETING);
    const greeted = this.#physics.finish(asked, GREETING);
    return knownBoot === "outdated" ? this.#physics.restart(greeted) : greeted;
  }

  #arrival(world: World, flight: Flight): Event {
    const flights = world.flights.toSpliced(world.flights.indexOf(flight), 1);
    return {
      name: `to the ${flight.to}: ${flight.name}`,
      happen: () => this.#dismiss(this.#physics.arrive({ ...world, flights }, flight)),
    };
  }

  #copy(world: World, flight: Flight): Event {
    const { copiesLeft, ledger } = world;
    const copied = {
      ...world,
      copiesLeft: copiesLeft - 1,
      ledger: flight.to === "server" ? amend(ledger, flight.request, copy) : ledger,
    };
    return {
      name: `a copy to the ${flight.to}: ${flight.name}`,
      happen: () => this.#dismiss(this.#physics.arrive(copied, flight)),
    };
  }

  #completion(world: World, request: RequestNumber): Event {
    return {
      name: `finish ${request}`,
      happen: () => this.#dismiss(this.#physics.finish(world, request)),
    };
  }

  #restart(world: World): Event {
    const { restartsLeft } = world;
    return {
      name: "restart",
      happen: () => this.#physics.restart({ ...world, restartsLeft: restartsLeft - 1 }),
    };
  }

  /** Until a timer does something; not all do. */
  #wait(world: World): World {
    const { client, server, activity } = world;
    const next = this.#physics.pass(
      world,
      Math.min(client.nextDeadlineInNs, server.nextDeadlineInNs),
    );
    if (next.ageNs > TOO_OLD_NS) throw new BrokenPromise("does not end");
    return next.activity === activity ? this.#wait(next) : this.#dismiss(next);
  }

  /** What is told of a request that is over changes nothing, whenever it comes: so it comes now. */
  #dismiss(world: World): World {
    const isDue = ({ to, request }: Flight): boolean =>
      to === "client" && world.ledger[request]?.outcome !== undefined;
    const due = world.flights.filter(isDue);
    if (due.length === 0) return world;
    for (const flight of due) {
      const { client, activity } = this.#physics.arrive(world, flight);
      if (client.state !== world.client.state || activity !== world.activity)
        throw new BrokenPromise("what was told of a request that was over changed something");
    }
    return { ...world, flights: world.flights.filter((flight) => !isDue(flight)) };
  }
}

/** Nothing has happened yet. */
const NOTHING: World = {
  client: { state: 0, nextDeadlineInNs: Number.POSITIVE_INFINITY },
  server: { state: 0, nextDeadlineInNs: Number.POSITIVE_INFINITY },
  bootNumber: 1,
  running: [],
  flights: [],
  ledger: [NO_HISTORY, NO_HISTORY, NO_HISTORY],
  ageNs: 0,
  activity: 0,
  datagramsLeft: 0,
  copiesLeft: 0,
  restartsLeft: 0,
  isTailLost: false,
};

/** Nothing that is sent arrives any more. */
function isCutOff({ datagramsLeft, isTailLost }: World): boolean {
  return datagramsLeft === 0 && isTailLost;
}

/** Past the bound handlers are not outlasted: a server could say for ever that one is at work. */
function mustFinish({ datagramsLeft, isTailLost, running }: World): boolean {
  return datagramsLeft === 0 && !isTailLost && running.length > 0;
}
