import { describe, expect, test } from "bun:test";
import { msToNs } from "@udp/core";
import { RepeatedRequest } from "./repeated-request.ts";

/** When it is sent, in ms, until it is given up. */
function times(request: RepeatedRequest): number[] {
  const sentAtMs: number[] = [];
  for (let ms = 0; !request.isGivenUp(msToNs(ms)); ms += 50) {
    if (request.next(msToNs(ms)) !== undefined) sentAtMs.push(ms);
  }
  return sentAtMs;
}

describe("RepeatedRequest", () => {
  test("waits longer and longer, up to a second", () => {
    expect(times(new RepeatedRequest(msToNs(5000)))).toEqual([
      0, 100, 300, 700, 1500, 2500, 3500, 4500,
    ]);
  });

  test("waits at least for as long as an answer takes", () => {
    expect(times(new RepeatedRequest(msToNs(5000), msToNs(1500)))).toEqual([0, 1500, 3000, 4500]);
  });

  test("numbers its attempts, and says when it is due", () => {
    const request = new RepeatedRequest(msToNs(150));
    expect([request.next(7), request.next(8), request.dueAtNs]).toEqual([
      1,
      undefined,
      7 + msToNs(100),
    ]);
    expect([request.next(7 + msToNs(100)), request.dueAtNs]).toEqual([2, 7 + msToNs(150)]);
  });
});
