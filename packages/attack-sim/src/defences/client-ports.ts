import type { ClientRules } from "./defence.ts";
import { FEW_PORTS, RANDOM_PORTS } from "./defence.ts";

/** Ports in a row. */
export interface PortSpan {
  readonly first: number;
  readonly count: number;
}

/** The port of the client in the original article, which everybody knows. */
const KNOWN_PORT = 40_831;

const FIRST_OF_FEW = 50_000;
const FIRST_OF_RANDOM = 32_768;

const SPANS: ReadonlyMap<number, PortSpan> = new Map([
  [1, { first: KNOWN_PORT, count: 1 }],
  [FEW_PORTS, { first: FIRST_OF_FEW, count: FEW_PORTS }],
  [RANDOM_PORTS, { first: FIRST_OF_RANDOM, count: RANDOM_PORTS }],
]);

/** The ports that such a client asks from, each as likely. */
export function clientPorts({ portCount }: ClientRules): PortSpan {
  const span = SPANS.get(portCount);
  if (span === undefined) throw new RangeError(`no client has ${portCount} ports`);
  return span;
}
