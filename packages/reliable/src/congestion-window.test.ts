import { expect, test } from "bun:test";
import fc from "fast-check";
import { CongestionWindow } from "./congestion-window.ts";

function answered(window: CongestionWindow, count: number): number {
  for (let index = 0; index < count; index++) window.onAnswer(true);
  return window.requests;
}

test("one request before the first answer, then one more for each answer", () => {
  const window = new CongestionWindow();
  expect([window.requests, answered(window, 1), answered(window, 6)]).toEqual([1, 2, 8]);
});

test("half after a loss, and from then on one more in a window", () => {
  const window = new CongestionWindow();
  answered(window, 15);
  expect(window.onLoss(0, 10)).toBe(true);
  expect([window.requests, answered(window, 8), answered(window, 9)]).toEqual([8, 8, 9]);
});

test("all losses of one round halve it once", () => {
  const window = new CongestionWindow();
  answered(window, 15);
  const begins = [window.onLoss(0, 10), window.onLoss(5, 11), window.onLoss(10, 20)];
  expect([begins, window.requests]).toEqual([[true, false, true], 4]);
});

test("what is not used proves nothing, and what was proven is forgotten", () => {
  const window = new CongestionWindow({ initialRequests: 2 });
  window.onAnswer(false);
  const unused = window.requests;
  answered(window, 15);
  window.onLoss(0, 10);
  window.onIdle();
  expect([unused, window.requests, answered(window, 6)]).toEqual([2, 2, 8]);
});

test("a fixed window stays, and still tells the rounds", () => {
  const window = new CongestionWindow({ initialRequests: 16, maxRequests: 16 });
  const begins = [window.onLoss(0, 10), window.onLoss(5, 11)];
  expect([begins, window.requests, answered(window, 5)]).toEqual([[true, false], 16, 16]);
});

test("never below one, never above its bound", () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (events) => {
      const window = new CongestionWindow({ maxRequests: 20 });
      for (const [atNs, isAnswer] of events.entries()) {
        if (isAnswer) window.onAnswer(true);
        else window.onLoss(atNs, atNs);
        expect(window.requests).toBeWithin(1, 21);
      }
    }),
  );
});

test.each([
  [{ maxRequests: 0 }, "maxRequests: expected a whole number from 1 to 65536; got 0"],
  [
    { initialRequests: 9, maxRequests: 8 },
    "initialRequests: expected a whole number from 1 to 8; got 9",
  ],
])("%j is refused", (options, message) => {
  expect(() => new CongestionWindow(options)).toThrow(message);
});
