import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { LiveLines, Output } from "@udp/core/cli";
import { gradeClient } from "../grading/client-grade.ts";
import type { IdPlace } from "../grading/id-place.ts";
import { gradeServer } from "../grading/server-grade.ts";
import { watchClient } from "../grading/watch-client.ts";
import { isPrivateNetwork } from "../private-network.ts";
import { againPrivately } from "./again-privately.ts";
import { clientReport, serverReport } from "./grade-rendering.ts";

/** The options of `udp-attack-sim grade` as they were given. */
export interface GradeFlags {
  readonly command?: string | undefined;
  readonly server?: number | undefined;
  readonly idAt?: IdPlace | undefined;
  readonly exchanges: number;
  readonly grace: number;
  readonly question: string;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

/** Grades a client, in a private network, or a server, where it is. */
export async function runGrade(
  terminal: Terminal,
  flags: GradeFlags,
  command: CommandUnknownOpts,
): Promise<void> {
  const output = new Output(terminal, flags);
  const { server, command: line } = flags;
  if (server !== undefined) await runServerGrade(terminal, output, server, flags);
  else if (line === undefined) command.error("error: expected --command or --server; got neither");
  else if (await isPrivateNetwork()) await runClientGrade(terminal, output, line, flags);
  else await againPrivately(terminal, command);
}

async function runClientGrade(
  terminal: Terminal,
  output: Output,
  line: string,
  flags: GradeFlags,
): Promise<void> {
  using live = new LiveLines(terminal, { quiet: flags.quiet || flags.json });
  const observation = await watchClient({
    command: line,
    exchanges: flags.exchanges,
    idPlace: flags.idAt,
    graceMs: flags.grace,
    onExchange: (doneCount, count) => live.show([`exchange ${doneCount} of ${count}`]),
    signal: terminal.interruption,
  });
  live.erase();
  output.result(clientReport(gradeClient(observation)));
}

async function runServerGrade(
  terminal: Terminal,
  output: Output,
  port: number,
  flags: GradeFlags,
): Promise<void> {
  using live = new LiveLines(terminal, { quiet: flags.quiet || flags.json });
  const grade = await gradeServer({
    port,
    question: new TextEncoder().encode(flags.question),
    onScenario: ({ name }) => live.show([`trying ${name}`]),
    signal: terminal.interruption,
  });
  live.erase();
  output.result(serverReport(port, grade));
}
