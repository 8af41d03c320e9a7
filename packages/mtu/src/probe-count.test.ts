import { expect, test } from "bun:test";
import { probeCountAgainstLoss } from "./probe-count.ts";

test.each([
  [1, 3],
  [0.9, 3],
  [0.78, 4],
  [0.49, 7],
  [0.1, 8],
  [0, 8],
])("where %p is answered, %p probes", (answeredRatio, probeCount) => {
  expect(probeCountAgainstLoss(answeredRatio)).toBe(probeCount);
});
