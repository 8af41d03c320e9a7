import { expect, test } from "bun:test";
import { ReliableError } from "../errors.ts";
import type { Faults } from "./no-answer.ts";
import { explainNoAnswer } from "./no-answer.ts";

const NOTHING: Faults = {
  foreign: 0,
  "other-version": 0,
  malformed: 0,
  unauthenticated: 0,
  "not-an-answer": 0,
};

const SILENCE = new ReliableError("RELIABLE_NO_ANSWER", "No answer came from it to 5 datagrams");

test.each<[Partial<Faults>, boolean, string]>([
  [{}, false, "I think the server is down. No answer came from it to 5 datagrams"],
  [
    {},
    true,
    "I think the server is down. No answer came from it to 5 datagrams; one with another key, or with none, does not answer either",
  ],
  [
    { foreign: 1, malformed: 1 },
    false,
    "No answer came from it to 5 datagrams, but 1 datagram without a frame came; try --plain",
  ],
  [
    { unauthenticated: 2 },
    false,
    "No answer came from it to 5 datagrams, but 2 frames came that a key made; give it with --key-file",
  ],
  [
    { unauthenticated: 2 },
    true,
    "No answer came from it to 5 datagrams, but 2 frames came that this key did not make; is it the server's?",
  ],
  [
    { "other-version": 3 },
    false,
    "No answer came from it to 5 datagrams, but 3 frames of another version came",
  ],
  [
    { malformed: 1, "not-an-answer": 1 },
    false,
    "No answer came from it to 5 datagrams, but 2 frames came that answer nothing",
  ],
])("%j, key %p", (faults, hasKey, message) => {
  const error = explainNoAnswer(SILENCE, { ...NOTHING, ...faults }, hasKey);
  expect([error.code, error.message, error.cause]).toEqual([SILENCE.code, message, SILENCE]);
});
