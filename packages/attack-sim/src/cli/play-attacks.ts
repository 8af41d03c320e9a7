import type { Output, Terminal } from "@udp/core/cli";
import { LiveLines } from "@udp/core/cli";
import type { Attack } from "../attackers/attack.ts";
import type { Combination } from "../defences/defence.ts";
import { AttackSimError } from "../errors.ts";
import { COMBINATIONS } from "../matrix/combinations.ts";
import type { Matrix } from "../matrix/matrix.ts";
import { runMatrix } from "../matrix/matrix.ts";
import { openLoopbackStage } from "../stage/open-loopback-stage.ts";
import { SimulatedStage } from "../stage/simulated-stage.ts";
import { matrixDetails, matrixReport } from "./matrix-rendering.ts";
import type { RunFlags } from "./run.ts";

/** Plays attacks on clients; fails where what is measured does not agree with what is computed. */
export async function playAttacks(
  terminal: Terminal,
  output: Output,
  attacks: readonly Attack[],
  flags: RunFlags,
): Promise<void> {
  const combinations = withoutRepetition(flags.defence ?? COMBINATIONS);
  const total = attacks.length * combinations.length;
  using live = new LiveLines(terminal, { quiet: flags.quiet || flags.json });
  let playedCount = 0;
  const matrix = await runMatrix({
    attacks: attacks.map(({ name }) => name),
    combinations,
    trials: flags.trials,
    datagramCount: flags.datagrams,
    seed: flags.seed ?? crypto.getRandomValues(new Uint16Array(1))[0] ?? 0,
    openStage: flags.simulate ? SimulatedStage.open : openLoopbackStage,
    onCell: ({ attack, combination }) => {
      playedCount++;
      live.show([`${playedCount} of ${total}: ${attack} on ${combination}`]);
    },
    signal: terminal.interruption,
  });
  live.erase();
  if (matrix.cells.length === 0) throw nothingPlayed(matrix);
  output.detail(matrixDetails(matrix));
  output.result(matrixReport(matrix, flags.simulate ? "simulation" : "loopback"));
  if (!matrix.agrees) throw disagreement(matrix);
}

function withoutRepetition(combinations: readonly Combination[]): readonly Combination[] {
  return [...new Map(combinations.map((combination) => [combination.name, combination])).values()];
}

function nothingPlayed({ unplayed }: Matrix): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_NO_PRIVATE_NETWORK",
    `${unplayed.join(", ")} takes raw sockets in a private network, which this host cannot make; or --simulate`,
  );
}

function disagreement({ cells }: Matrix): AttackSimError {
  const names = cells
    .filter(({ agrees }) => !agrees)
    .map(({ attack, combination }) => `${attack} on ${combination}`);
  return new AttackSimError(
    "ATTACK_SIM_DISAGREEMENT",
    `expected every chance to be as computed; not so: ${names.join(", ")}`,
  );
}
