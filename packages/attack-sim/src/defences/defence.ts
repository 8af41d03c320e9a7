import { UdpError } from "@udp/core";
import type { PortSpan } from "./client-ports.ts";
import { FEW_PORTS, KNOWN_PORT, RANDOM_PORTS } from "./client-ports.ts";

/** What a client may do for its safety, in the order in which a combination names them. */
export const DEFENCES = [
  "source-check",
  "connected",
  "few-ports",
  "random-port",
  "id-8",
  "id-16",
  "id-32",
  "id-64",
  "hmac",
  "replay-window",
  "time-window",
  "patience",
  "one-in-flight",
  "alarm",
] as const;

/** One of {@link DEFENCES}. */
export type Defence = (typeof DEFENCES)[number];

/** What each defence is, in one line. */
export const DEFENCE_MEANINGS: Readonly<Record<Defence, string>> = {
  "source-check":
    "compares address and port of each datagram with the server's (RFC 8085 section 5)",
  connected: "connects its socket, so that the kernel makes that comparison, and says nothing",
  "few-ports": "asks from one of 256 ports, chosen at random: few enough to be measured",
  "random-port": "asks from one of the 28,232 ports that Linux draws from (RFC 6056)",
  "id-8": "puts a random number of 8 bits into the request: few enough to be measured",
  "id-16": "the same of 16 bits, as DNS has",
  "id-32": "the same of 32 bits",
  "id-64": "the same of 64 bits",
  hmac: "believes only what carries a MAC by a shared key (HMAC-SHA-256, 16 bytes)",
  "replay-window": "believes no sequence number twice (RFC 4303 section 3.4.3)",
  "time-window": "believes nothing that says it is older than 30 s",
  patience: "goes on waiting after an answer that it does not believe; without it, it gives up",
  "one-in-flight": "asks the same question once at a time, however often it is wanted",
  alarm: "stops believing at the first answer with a wrong id or MAC, to ask by a safer way",
};

/** What a client checks, and how it asks: a combination of defences in numbers. */
export interface ClientRules {
  readonly checksSource: boolean;
  readonly isConnected: boolean;
  /** The ports that it chooses from. */
  readonly ports: PortSpan;
  /** 0 where requests carry no number. */
  readonly idBits: number;
  readonly checksMac: boolean;
  readonly checksReplay: boolean;
  readonly checksTime: boolean;
  readonly isPatient: boolean;
  readonly asksOnce: boolean;
  readonly stopsAtNearMiss: boolean;
}

/** A combination of defences, as people name it and as a client keeps it. */
export interface Combination {
  /** The defences joined by `+`, `none`, or the name of a preset. */
  readonly name: string;
  readonly rules: ClientRules;
}

const PORTS: Partial<Record<Defence, PortSpan>> = {
  "few-ports": FEW_PORTS,
  "random-port": RANDOM_PORTS,
};

const ID_BITS: Partial<Record<Defence, number>> = {
  "id-8": 8,
  "id-16": 16,
  "id-32": 32,
  "id-64": 64,
};

const NO_DEFENCE = "none";

/** What the tools of this repository do, and all at once. */
export const PRESETS: ReadonlyMap<string, readonly Defence[]> = new Map([
  ["udp-echo", ["source-check", "random-port", "patience"]],
  ["udp-reliable", ["source-check", "random-port", "id-64", "patience"]],
  ["udp-reliable-key", ["source-check", "random-port", "id-64", "hmac", "patience"]],
  [
    "everything",
    [
      "connected",
      "random-port",
      "id-64",
      "hmac",
      "replay-window",
      "time-window",
      "patience",
      "one-in-flight",
    ],
  ],
]);

/** @throws UdpError `UDP_BAD_OPTION` where two of the defences exclude each other. */
export function combine(defences: readonly Defence[]): Combination {
  const chosen = DEFENCES.filter((defence) => defences.includes(defence));
  const has = (defence: Defence): boolean => chosen.includes(defence);
  return {
    name: chosen.join("+") || NO_DEFENCE,
    rules: {
      checksSource: has("source-check"),
      isConnected: has("connected"),
      ports: onlyOne(chosen, PORTS) ?? KNOWN_PORT,
      idBits: onlyOne(chosen, ID_BITS) ?? 0,
      checksMac: has("hmac"),
      checksReplay: has("replay-window"),
      checksTime: has("time-window"),
      isPatient: has("patience"),
      asksOnce: has("one-in-flight"),
      stopsAtNearMiss: has("alarm"),
    },
  };
}

/**
 * Reads defences joined by `+`, `none`, or the name of one of {@link PRESETS}.
 *
 * @throws UdpError `UDP_BAD_OPTION`, naming the word that is none.
 */
export function parseCombination(text: string): Combination {
  const preset = PRESETS.get(text);
  if (preset !== undefined) return { ...combine(preset), name: text };
  return combine(text === NO_DEFENCE ? [] : text.split("+").map(parseDefence));
}

function parseDefence(word: string): Defence {
  const defence = DEFENCES.find((known) => known === word);
  if (defence !== undefined) return defence;
  throw new UdpError(
    "UDP_BAD_OPTION",
    `expected none, ${[...PRESETS.keys()].join(", ")}, or defences joined by +, of ${DEFENCES.join(", ")}; got ${JSON.stringify(word)}`,
  );
}

function onlyOne<Value>(
  chosen: readonly Defence[],
  values: Partial<Record<Defence, Value>>,
): Value | undefined {
  const [first, second] = chosen.filter((defence) => values[defence] !== undefined);
  if (first === undefined || second === undefined) return first && values[first];
  throw new UdpError("UDP_BAD_OPTION", `expected one of ${first} and ${second}, not both`);
}
