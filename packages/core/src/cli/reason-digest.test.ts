import { expect, test } from "bun:test";
import { ReasonDigest } from "./reason-digest.ts";

const SECOND_NS = 1_000_000_000;

test("shows the first one for each reason, then one a second with the count of the others", () => {
  const digest = new ReasonDigest();
  const admissions = [
    digest.admit("loop", 5),
    digest.admit("source-port", 6),
    digest.admit("loop", 7),
    digest.admit("loop", SECOND_NS),
    digest.admit("loop", SECOND_NS + 5),
    digest.admit("loop", 3 * SECOND_NS),
  ];
  expect(admissions).toEqual([0, 0, undefined, undefined, 2, 0]);
});
