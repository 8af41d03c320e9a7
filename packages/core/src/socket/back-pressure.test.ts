import { expect, test } from "bun:test";
import { BackPressure } from "./back-pressure.ts";

/** Notes in `order` when the sender may go on. */
function waitFor(backPressure: BackPressure, name: string, order: string[]): Promise<void> {
  return backPressure.released().then(() => {
    order.push(name);
  });
}

/** Lets every promise callback run that is due. */
function promiseCallbacks(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("nobody waits where there is none", async () => {
  const backPressure = new BackPressure();
  await backPressure.released();
  backPressure.release();
  await backPressure.released();
});

test("all wait until it is released, and go on in the order in which they came", async () => {
  const backPressure = new BackPressure();
  const order: string[] = [];
  backPressure.raise();
  const waits = ["first", "second"].map((name) => waitFor(backPressure, name, order));
  await promiseCallbacks();
  const before = [...order];
  backPressure.release();
  await Promise.all(waits);
  expect({ before, order }).toEqual({ before: [], order: ["first", "second"] });
});

test("whoever comes once it is raised again waits for the next release", async () => {
  const backPressure = new BackPressure();
  const order: string[] = [];
  backPressure.raise();
  const early = waitFor(backPressure, "early", order);
  backPressure.release();
  backPressure.raise();
  const late = waitFor(backPressure, "late", order);
  await early;
  await promiseCallbacks();
  const between = [...order];
  backPressure.release();
  await late;
  expect({ between, order }).toEqual({ between: ["early"], order: ["early", "late"] });
});

test("raised twice, one release is enough", async () => {
  const backPressure = new BackPressure();
  backPressure.raise();
  backPressure.raise();
  backPressure.release();
  await backPressure.released();
});
