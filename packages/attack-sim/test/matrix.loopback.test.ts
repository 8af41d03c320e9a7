import { describe, expect } from "bun:test";
import { testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import { ATTACKS } from "../src/attackers/catalogue.ts";
import { documentSchemas } from "../src/documents.ts";
import { runMatrix } from "../src/matrix/matrix.ts";
import { privateNetworkObstacle } from "../src/private-network.ts";
import { openLoopbackStage } from "../src/stage/open-loopback-stage.ts";
import { SimulatedStage } from "../src/stage/simulated-stage.ts";
import { runAttackSim } from "./udp-attack-sim.ts";

const SEED = 2;
const TRIALS = 12;

/** What came of each cell; the same seed makes the same guesses wherever it is played. */
function countsOf(cells: readonly { attack: string; combination: string; successCount: number }[]) {
  return cells.map(({ attack, combination, successCount }) => [attack, combination, successCount]);
}

function simulate() {
  return runMatrix({ seed: SEED, trials: TRIALS, openStage: SimulatedStage.open });
}

describe("with real sockets every attack fares as computed, and as in the simulation", () => {
  const obstacle = privateNetworkObstacle();

  testWhere(obstacle, "in a private network, with forged sources", async () => {
    const names = ATTACKS.map(({ name }) => name);
    const argv = ["run", ...names, "--json", "--seed", String(SEED), "--trials", String(TRIALS)];
    const { code, stdout, stderr } = await runAttackSim(...argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const matrix = parse(documentSchemas.matrix, JSON.parse(stdout));
    expect(matrix).toMatchObject({ network: "loopback", unplayed: [], agrees: true });
    expect(countsOf(matrix.cells)).toEqual(countsOf((await simulate()).cells));
  });

  const elsewhere = process.platform === "linux" ? undefined : "real sockets take Linux";

  testWhere(elsewhere, "without privileges, where the attacker binds the address", async () => {
    const attacks = ["forged-source", "replay"];
    const options = { attacks, seed: SEED, trials: TRIALS, openStage: openLoopbackStage };
    const { agrees, unplayed } = await runMatrix(options);
    expect({ agrees, unplayed }).toEqual({ agrees: true, unplayed: [] });
  });

  testWhere(
    elsewhere,
    "without privileges Packets Too Big cannot be forged, and it says so",
    async () => {
      const attacks = ["packet-too-big"];
      const matrix = await runMatrix({
        attacks,
        seed: SEED,
        trials: 1,
        openStage: openLoopbackStage,
      });
      expect([matrix.cells, matrix.unplayed]).toEqual([[], ["packet-too-big"]]);
    },
  );
});
