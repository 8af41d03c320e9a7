import type { InstanceId } from "./instance.ts";

/** Stands for a responder in the list of those whose answers are known: a number of 32 bits. */
export type KnownAnswer = number;

/** The bytes of a {@link KnownAnswer} on the wire. */
export const KNOWN_ANSWER_BYTES = 4;

const WINDOWS = 4;
const DIGITS = 2 * KNOWN_ANSWER_BYTES;

/**
 * What stands for a responder in a round: one quarter of its identifier, which is random, in each of
 * four rounds. Two that are alike in one round, so that one of them is silenced, differ in the next.
 */
export function knownAnswer(id: InstanceId, round: number): KnownAnswer {
  const start = DIGITS * (round % WINDOWS);
  return Number.parseInt(id.slice(start, start + DIGITS), 16);
}
