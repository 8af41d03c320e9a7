import type { Datagram, RequestNumber } from "./datagram.ts";
import type { Knowledge, Ledger } from "./ledger.ts";
import { initials } from "./ledger.ts";
import type { State } from "./machine.ts";
import { numberOf } from "./numbering.ts";

/** The two that are watched. */
export const REQUESTS: readonly RequestNumber[] = [0, 1];

/** A datagram on its way. */
export interface Flight extends Datagram {
  readonly to: "client" | "server";
  readonly knowledge: Knowledge;
  /** The same for flights that are alike. */
  readonly number: number;
}

/** A datagram that leaves. */
export function newFlight(datagram: Datagram, to: Flight["to"], knowledge: Knowledge): Flight {
  const { first, speakers } = knowledge;
  const number = numberOf(`${to},${datagram.name},${first?.[0]},${initials(speakers)}`);
  return { ...datagram, to, knowledge, number };
}

/** One of the two machines. */
export interface Side {
  readonly state: State;
  /** `Infinity` where it waits for nothing but datagrams. */
  readonly nextDeadlineInNs: number;
}

/** Everything that there is at one moment; nothing in it changes. */
export interface World {
  readonly client: Side;
  readonly server: Side;
  /** How often a server was started. */
  readonly bootNumber: number;
  /** What the server that runs is carrying out, in ascending order. */
  readonly running: readonly RequestNumber[];
  /** In the order of their numbers. */
  readonly flights: readonly Flight[];
  readonly ledger: Ledger;
  readonly ageNs: number;
  /** Grows with everything that is sent, and that a request comes to. */
  readonly activity: number;
  readonly datagramsLeft: number;
  readonly copiesLeft: number;
  readonly restartsLeft: number;
  readonly isTailLost: boolean;
}

/** Worlds of which this is the same have the same future, and the same promises to keep. */
export function describeWorld(world: World): string {
  const { client, server, datagramsLeft, copiesLeft, restartsLeft, running, flights } = world;
  const [one, other] = world.ledger;
  const clientState = isOver(world) ? "over" : client.state;
  let name = `${clientState};${server.state};${datagramsLeft};${copiesLeft};${restartsLeft}`;
  name += `;${one?.number};${other?.number};${running};`;
  for (const { number } of flights) name += `${number},`;
  return name;
}

/** Both requests have come to something. */
export function isOver({ ledger }: World): boolean {
  return REQUESTS.every((request) => ledger[request]?.outcome !== undefined);
}

/** Of flights that are alike one. */
export function distinctFlights({ flights }: World): readonly Flight[] {
  return flights.filter(({ number }, index) => flights[index - 1]?.number !== number);
}

/** One more, in its place. */
export function withFlight(flights: readonly Flight[], flight: Flight): readonly Flight[] {
  const place = flights.findIndex(({ number }) => number > flight.number);
  return flights.toSpliced(place < 0 ? flights.length : place, 0, flight);
}
