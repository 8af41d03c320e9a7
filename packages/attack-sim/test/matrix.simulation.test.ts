import { expect, test } from "bun:test";
import type { Random } from "@udp/core";
import fc from "fast-check";
import type { Forgery } from "../src/attackers/forgery.ts";
import type { Defence } from "../src/defences/defence.ts";
import { combine, DEFENCES, parseCombination } from "../src/defences/defence.ts";
import { runMatrix } from "../src/matrix/matrix.ts";
import { SimulatedStage } from "../src/stage/simulated-stage.ts";
import type { Stage } from "../src/stage/stage.ts";
import { runAttackSim } from "./udp-attack-sim.ts";

test("every attack on every defence is as it was, and as computed", async () => {
  const { code, stdout } = await runAttackSim("run", "--simulate", "--seed", "1", "--trials", "40");
  expect(stdout).toMatchSnapshot();
  expect(code).toBe(0);
});

test("what does not agree is told: a part of the forged datagrams is lost", async () => {
  const matrix = await runMatrix({
    attacks: ["forged-source"],
    combinations: [parseCombination("none")],
    trials: 40,
    seed: 1,
    openStage: openLossyStage,
  });
  expect(matrix).toMatchObject({ agrees: false, cells: [{ closedForm: 1, successCount: 20 }] });
});

test("property: whatever is combined, every attack fares as computed", async () => {
  const defences = fc
    .subarray([...DEFENCES])
    .filter(isPossible)
    .map(combine);
  await fc.assert(
    fc.asyncProperty(defences, async (combination) => {
      const options = { combinations: [combination], trials: 20, datagramCount: 200, seed: 3 };
      const { cells } = await runMatrix({ ...options, openStage: SimulatedStage.open });
      expect(cells.filter(({ agrees }) => !agrees)).toEqual([]);
    }),
    // Chance alone would fail one run in a thousand, so it is always the same chance.
    { seed: 1, numRuns: 8 },
  );
});

/** There is one choice of ports, and one of ids. */
function isPossible(defences: readonly Defence[]): boolean {
  const count = (part: string): number => defences.filter((word) => word.includes(part)).length;
  return count("port") <= 1 && count("id-") <= 1;
}

/** Every second forged datagram is lost, which the closed form does not know. */
async function openLossyStage(random: Random): Promise<Stage> {
  const stage = await SimulatedStage.open(random);
  let count = 0;
  const forge = stage.forge.bind(stage);
  stage.forge = (datagram: Forgery): void => {
    count++;
    if (count % 2 === 0) forge(datagram);
  };
  return stage;
}

test("the same seed gives the same, alone or with others", async () => {
  const run = (names: readonly string[]) =>
    runMatrix({
      attacks: names,
      combinations: [parseCombination("id-8+patience")],
      trials: 50,
      seed: 7,
      openStage: SimulatedStage.open,
    });
  const [alone, together] = [await run(["birthday"]), await run(["replay", "birthday"])];
  const countsOf = ({ cells }: typeof alone) =>
    cells.filter(({ attack }) => attack === "birthday").map(({ successCount }) => successCount);
  expect(countsOf(alone)).toEqual(countsOf(together));
});

test.each([{ trials: 0 }, { trials: 1.5 }, { datagramCount: 0 }, { datagramCount: 257 }])(
  "options out of range are UDP_BAD_OPTION: %p",
  async (options) => {
    const running = runMatrix({ seed: 1, openStage: SimulatedStage.open, ...options });
    await expect(running).rejects.toEqual(expect.objectContaining({ code: "UDP_BAD_OPTION" }));
  },
);
