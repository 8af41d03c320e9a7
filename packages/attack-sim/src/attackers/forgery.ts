import type { Endpoint, Random } from "@udp/core";
import type { PortSpan } from "../defences/client-ports.ts";
import { encodeFrame } from "../exchange/frame.ts";
import { randomId } from "../exchange/random-id.ts";
import type { Attack } from "./attack.ts";

/** A datagram whose source is whatever the attacker wrote. */
export interface Forgery {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Uint8Array;
}

/** What an attacker knows when it sends. Everything else it has to guess. */
export interface Knowledge {
  readonly clientAddress: string;
  /** The ports that the client may ask from: one that is known, or all that it draws from. */
  readonly clientPorts: PortSpan;
  readonly server: Endpoint;
  /** The attacker's own. */
  readonly own: Endpoint;
  /** How many bits an id has; 0 for none. */
  readonly idBits: number;
  /** Whether requests and answers have a header. */
  readonly hasFrames: boolean;
  /** What everybody knows to be asked. */
  readonly question: string;
  /** The id of the request, for those who see it. */
  readonly id: bigint;
  /** An answer of the server's that passed by, and the client that it was for. */
  readonly recording: Recording;
  readonly nowMs: number;
  readonly random: Random;
  /** The most datagrams that may be sent. */
  readonly datagramCount: number;
}

/** An answer of the server's, and whom it was for. */
export interface Recording {
  readonly answer: Uint8Array;
  readonly client: Endpoint;
}

/** What a forged answer says. */
export const LIE = "fine";

/** More than any true answer has been numbered yet. */
const UNUSED_SEQUENCE = 1000;

/**
 * What the attack sends to the client; where its content is `too-big`, the requests that a router is
 * said to have found too big. No two go to the same port with the same id, unless that is the attack.
 */
export function forgeAll(attack: Attack, knowledge: Knowledge): readonly Forgery[] {
  const { clientAddress, server, recording, question } = knowledge;
  if (attack.content === "invented") return inventAnswers(attack, knowledge);
  if (attack.content === "too-big") {
    return guesses(attack, knowledge).map(({ port, id }) => ({
      source: { address: clientAddress, port },
      destination: server,
      payload: payloadOf("request", id, question, knowledge),
    }));
  }
  const isAltered = attack.content === "altered";
  const payload = isAltered ? alterAnswer(recording.answer) : recording.answer;
  return [{ source: server, destination: destinationOf(attack, knowledge), payload }];
}

function inventAnswers(attack: Attack, knowledge: Knowledge): readonly Forgery[] {
  const source = attack.source === "own" ? knowledge.own : knowledge.server;
  return guesses(attack, knowledge).map(({ port, id }) => ({
    source,
    destination: { address: knowledge.clientAddress, port },
    payload: payloadOf("answer", id, LIE, knowledge),
  }));
}

/** Who is on the path knows where an answer is awaited; one that is late goes where it was asked for. */
function destinationOf({ knowsPort }: Attack, knowledge: Knowledge): Endpoint {
  const { clientAddress, clientPorts, recording } = knowledge;
  return knowsPort ? { address: clientAddress, port: clientPorts.first } : recording.client;
}

/** The answer with its last bytes changed, as somebody on the path can; its MAC stays as it was. */
function alterAnswer(answer: Uint8Array): Uint8Array {
  const altered = new Uint8Array(answer);
  altered.set(new TextEncoder().encode(LIE), answer.byteLength - LIE.length);
  return altered;
}

interface Guess {
  readonly port: number;
  readonly id: bigint;
}

function guesses(attack: Attack, knowledge: Knowledge): readonly Guess[] {
  const { clientPorts, random, datagramCount } = knowledge;
  const count = attack.datagrams === "one" ? 1 : datagramCount;
  if (clientPorts.count === 1) {
    const ids = guessIds(attack, knowledge, count);
    return ids.map((id) => ({ port: clientPorts.first, id }));
  }
  const [repeated = 0n] = guessIds(attack, knowledge, 1);
  const draw = (): number => Math.floor(random() * clientPorts.count);
  return distinct(Math.min(count, clientPorts.count), draw).map((index) => ({
    port: clientPorts.first + index,
    id: attack.id === "guessed" ? randomId(knowledge.idBits, random) : repeated,
  }));
}

/** Ids to try at one port. */
function guessIds(attack: Attack, knowledge: Knowledge, count: number): readonly bigint[] {
  const { id, idBits, random } = knowledge;
  if (attack.id === "seen") return [id];
  if (attack.id === "repeated" || idBits === 0) {
    return new Array<bigint>(count).fill(randomId(idBits, random));
  }
  return distinct(Math.min(count, 2 ** idBits), () => randomId(idBits, random));
}

/** So many different values; `draw` must have them to give. */
function distinct<Value>(count: number, draw: () => Value): readonly Value[] {
  const values = new Set<Value>();
  while (values.size < count) values.add(draw());
  return [...values];
}

function payloadOf(
  kind: "request" | "answer",
  id: bigint,
  text: string,
  { hasFrames, nowMs }: Knowledge,
): Uint8Array {
  if (!hasFrames) return new TextEncoder().encode(text);
  return encodeFrame({ kind, sequence: UNUSED_SEQUENCE, id, sentAtMs: nowMs, text });
}
