import { describe, expect, test } from "bun:test";
import { msToNs } from "@udp/core";
import { RepeatedRequest } from "./repeated-request.ts";

/** When it is sent, in ms, until it is given up. */
function times(request: RepeatedRequest, fromMs = 0): number[] {
  const sentAtMs: number[] = [];
  for (let ms = fromMs; !request.isGivenUp(msToNs(ms)); ms += 50) {
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

  test("with something else to ask begins anew at once, and is given up when it was", () => {
    const request = new RepeatedRequest(msToNs(1000));
    expect([0, 100, 300].map((ms) => request.next(msToNs(ms)))).toEqual([1, 2, 3]);
    request.restart();
    const sentAtMs = times(request, 350);
    expect(sentAtMs).toEqual([350, 450, 650]);
  });

  test("is given up sooner where it is shortened, never later", () => {
    const [shorter, longer] = [0, 0].map(() => new RepeatedRequest(msToNs(1000)));
    shorter?.shorten(msToNs(400));
    longer?.shorten(msToNs(2000));
    expect([shorter, longer].map((request) => request && times(request))).toEqual([
      [0, 100, 300],
      [0, 100, 300, 700],
    ]);
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
