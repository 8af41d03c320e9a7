import { nextTurn } from "@udp/core";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import type { LinkOptions } from "@udp/core/simulation";
import type { PresetName } from "../retransmission.ts";
import { PRESETS } from "../retransmission.ts";
import { expectedOutcome } from "../simulation/expectation.ts";
import { simulateRequests } from "../simulation/simulate.ts";
import type { ScheduleRun } from "./simulation-rendering.ts";
import { simulationDetails, simulationReport } from "./simulation-rendering.ts";

/** The options of `udp-reliable simulate` as they were given. */
export interface SimulateFlags {
  readonly requests: number;
  /** Each way. */
  readonly link: LinkOptions;
  readonly seed?: number | undefined;
  readonly preset: readonly PresetName[];
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Makes the same requests under each schedule, and sets what came of them side by side. */
export async function runSimulate(terminal: Terminal, flags: SimulateFlags): Promise<void> {
  const output = new Output(terminal, flags);
  const { requests: requestCount, link } = flags;
  const seed = flags.seed ?? crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  const schedules: ScheduleRun[] = [];
  for (const preset of new Set(flags.preset)) {
    // A run takes no turns, and a signal is to be heard between two of them.
    await nextTurn();
    terminal.interruption.throwIfAborted();
    schedules.push(runSchedule(preset, { requestCount, link, seed }));
  }
  const simulation = { requestCount, link, seed, schedules };
  output.result(simulationReport(simulation));
  output.detail(simulationDetails(simulation));
}

interface Run {
  readonly requestCount: number;
  readonly link: LinkOptions;
  readonly seed: number;
}

function runSchedule(preset: PresetName, run: Run): ScheduleRun {
  const retransmission = PRESETS[preset];
  return {
    preset,
    result: simulateRequests({ ...run, retransmission }),
    expected: expectedOutcome({ retransmission, there: run.link, back: run.link }),
  };
}
