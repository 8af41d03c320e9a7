import { isAnswering } from "./correspondent.ts";
import type { Finding, Subject } from "./server-scenario.ts";

/** Whether a server that answered before still does after something was done to it. */
export async function survival(subject: Subject, harm: () => Promise<void>): Promise<Finding> {
  if (!(await isAnswering(subject))) return NO_ANSWER;
  await harm();
  for (let turn = 0; turn < TURNS_UNTIL_TOLD; turn++) {
    if (!(await isAnswering(subject))) return DEAD;
  }
  return { verdict: "safe", seen: "goes on" };
}

/**
 * What the network said about datagrams of the server's waits in its socket, beside the next question:
 * it may answer that one before it hears the rest.
 */
const TURNS_UNTIL_TOLD = 3;

/** Of a server that answered before. */
export const DEAD: Finding = { verdict: "dangerous", seen: "answers no more" };

/** Of a server that does not say anything nothing can be said. */
export const NO_ANSWER: Finding = { verdict: "unknown", seen: "does not answer its question" };
