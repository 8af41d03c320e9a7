import { parseCombination, runMatrix, SimulatedStage } from "@udp/attack-sim";

/** An attacker who knows the port sends 64 answers, each with another id. */
const { cells } = await runMatrix({
  attacks: ["id-guessing"],
  combinations: ["none", "id-8+patience", "id-64+patience"].map(parseCombination),
  trials: 1000,
  datagramCount: 64,
  seed: 1,
  openStage: SimulatedStage.open,
});
const percents = cells.map(({ successCount, trials }) => (100 * successCount) / trials);

console.log(percents.map(Math.round)); // [ 100, 25, 0 ]
