import type { Output, Terminal } from "@udp/core/cli";
import { LiveLines } from "@udp/core/cli";
import { AttackSimError } from "../errors.ts";
import type { ServerComparison } from "../servers/compare-servers.ts";
import { compareServers, isAsExpected } from "../servers/compare-servers.ts";
import type { ServerScenario } from "../servers/server-scenario.ts";
import type { RunFlags } from "./run.ts";
import { comparisonReport } from "./server-rendering.ts";

/** Tries scenarios on a careless server and on ours; fails where they do not fare as they should. */
export async function tryServers(
  terminal: Terminal,
  output: Output,
  scenarios: readonly ServerScenario[],
  flags: RunFlags,
): Promise<void> {
  using live = new LiveLines(terminal, { quiet: flags.quiet || flags.json });
  const comparisons: ServerComparison[] = [];
  for (const scenario of scenarios) {
    terminal.interruption.throwIfAborted();
    live.show([`${comparisons.length + 1} of ${scenarios.length}: ${scenario.name}`]);
    comparisons.push(await compareServers(scenario));
  }
  live.erase();
  output.result(comparisonReport(comparisons));
  const unexpected = comparisons.filter((comparison) => !isAsExpected(comparison));
  if (unexpected.length > 0) throw unexpectedServers(unexpected);
}

function unexpectedServers(comparisons: readonly ServerComparison[]): AttackSimError {
  const names = comparisons.map(({ scenario }) => scenario.name).join(", ");
  return new AttackSimError(
    "ATTACK_SIM_DISAGREEMENT",
    `expected the careless server to be dangerous and ours to be safe; not so: ${names}`,
  );
}
