import { writeLengthReply } from "@udp/core";
import { Correspondent, isAnswering } from "./correspondent.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { NO_ANSWER } from "./survival.ts";

/** After so many datagrams nobody doubts that it goes on. */
const ENOUGH = 1000;

/** What silence after one forged datagram may take. */
const FEW = 10;

export const LOOP: ServerScenario = {
  name: "loop",
  title: "two servers that answer each other for ever",
  story:
    "One datagram is sent to a server in the name of another. Its answer is a request to the other one, whose answer is a request again. Nobody needs to send anything more: two of the original servers went on with 28,020 datagrams a second each.",
  remedy:
    "Answer no answers: tell requests from answers, do not answer the ports of servers, and stop when the same payload keeps coming back.",
  reference: "CVE-2024-2169 (Loop DoS); RFC 862 has no defence.",
  figure: "datagrams of the server's after one forged one, counted to 1,000",
  naive: "length-server",
  examine,
};

/** The other server is played here: one that says how long things are, and one that sends them back. */
async function examine(subject: Subject): Promise<Finding> {
  if (!(await isAnswering(subject))) return NO_ANSWER;
  const loops = [await turnsWith(sayLength, subject), await turnsWith(sendBack, subject)];
  const [longest] = loops.toSorted((one, other) => other.turns - one.turns);
  const { turns = 0, perSecond = 0 } = longest ?? {};
  if (turns >= ENOUGH) {
    const seen = `goes on, ${grouped(perSecond)} datagrams a second`;
    return { verdict: "dangerous", seen, figure: turns };
  }
  const verdict = turns <= FEW ? "safe" : "dangerous";
  return { verdict, seen: `silent after ${turns}`, figure: turns };
}

interface Loop {
  /** Datagrams that the server sent. */
  readonly turns: number;
  readonly perSecond: number;
}

type Response = (payload: Uint8Array) => Uint8Array;

async function turnsWith(respond: Response, { endpoint, question }: Subject): Promise<Loop> {
  let turns = 0;
  await using other = await Correspondent.open(undefined, (payload) => {
    turns++;
    return turns < ENOUGH ? respond(payload) : undefined;
  });
  const startedAtNs = Bun.nanoseconds();
  other.send(question, endpoint);
  await other.quiet(ENOUGH);
  const seconds = (Bun.nanoseconds() - startedAtNs) / 1e9;
  return { turns, perSecond: Math.round(turns / seconds) };
}

function sayLength({ byteLength }: Uint8Array): Uint8Array {
  const answer = new Uint8Array(64);
  return answer.subarray(0, writeLengthReply(byteLength, answer));
}

function sendBack(payload: Uint8Array): Uint8Array {
  return new Uint8Array(payload);
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
