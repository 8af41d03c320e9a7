import { expect, test } from "bun:test";
import { ProbeLedger } from "./probe-ledger.ts";

/** A ledger after one burst of which only some sizes were answered. */
function ledgerOf(sizes: readonly number[], answered: readonly number[]): ProbeLedger {
  const ledger = new ProbeLedger();
  send(ledger, sizes, answered);
  return ledger;
}

function send(ledger: ProbeLedger, sizes: readonly number[], answered: readonly number[]): void {
  for (const { id, bytes } of ledger.send(sizes, 0)) {
    if (answered.includes(bytes)) ledger.mark(id, "acknowledged");
  }
  ledger.giveUpPending();
}

test("a copy is missing only where a smaller one of its burst was answered", () => {
  const ledger = ledgerOf([1200, 1400, 1500, 1500], [1400]);
  send(ledger, [1200, 1500], []);
  expect([1200, 1500].map((bytes) => ledger.missingCount(bytes))).toEqual([0, 2]);
  expect([ledger.smallestMissing(1400), ledger.smallestMissing(1500)]).toEqual([1500, undefined]);
});

test("loss is counted at sizes that pass", () => {
  const ledger = ledgerOf([1200, 1280, 1400, 1500], [1280, 1400]);
  expect(ledger.lossUpTo(1400)).toEqual({ arrivedCount: 2, lostCount: 1 });
});

test("a late answer ends the miss", () => {
  const ledger = ledgerOf([1200, 1500], [1200]);
  const [, large] = ledger.lastBurst();
  ledger.mark(large?.id ?? 0, "acknowledged");
  expect([ledger.missingCount(1500), ledger.isAwaiting]).toEqual([0, false]);
});

test("what was refused was not sent", () => {
  const ledger = new ProbeLedger();
  const [, large] = ledger.send([1200, 1500], 0);
  ledger.mark(large?.id ?? 0, "refused");
  expect([ledger.sentCount, ledger.burstCount]).toEqual([1, 1]);
});

test("every size has its witness: sent, acknowledged, awaited, refused", () => {
  const ledger = ledgerOf([1500, 1200, 1500], [1200]);
  const [, large] = ledger.send([1200, 9000], 0);
  ledger.mark(large?.id ?? 0, "refused");
  const none = {
    sentCount: 0,
    acknowledgedCount: 0,
    awaitedCount: 0,
    refusedCount: 0,
    unsentCount: 0,
  };
  expect(ledger.witnesses()).toEqual([
    { ...none, bytes: 1200, sentCount: 2, acknowledgedCount: 1, awaitedCount: 1 },
    { ...none, bytes: 1500, sentCount: 2 },
    { ...none, bytes: 9000, refusedCount: 1 },
  ]);
});

test("forgets the answers, and gives no identifier twice", () => {
  const ledger = ledgerOf([1200], [1200]);
  ledger.forget();
  const [probe] = ledger.send([1200], 0);
  expect([ledger.find(0), probe, ledger.sentCount]).toEqual([undefined, { id: 1, bytes: 1200 }, 2]);
});
