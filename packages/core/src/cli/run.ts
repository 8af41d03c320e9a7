import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { CommanderError } from "@commander-js/extra-typings";
import type { ErrorDocument } from "../documents/index.ts";
import { UdpError } from "../errors.ts";
import { printableLines } from "../text/printable.ts";
import type { ExitCode } from "./exit-code.ts";
import { describeFailure, EXIT } from "./exit-code.ts";
import { COLOR_CHOICES } from "./options.ts";
import { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { processTerminal } from "./terminal.ts";

/** Defines a tool's commands; they write to the terminal that is handed in. */
export type BuildProgram = (terminal: Terminal) => CommandUnknownOpts;

/**
 * Runs a tool as this process and ends it once all is written: a name that is still being looked up
 * would keep it alive. A command that runs another program sets `process.exitCode` to that one's.
 */
export async function runProcess(build: BuildProgram): Promise<void> {
  const code = await runProgram(build, processTerminal(), process.argv.slice(2));
  await Promise.all([process.stdout, process.stderr].map(ended));
  process.exit(code === EXIT.done ? process.exitCode : code);
}

function ended(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.end(() => resolve());
  });
}

/**
 * Runs a tool once. Without arguments it asks for them on a terminal, and shows its help elsewhere.
 *
 * @param argv what stands behind the program's name.
 */
export async function runProgram(
  build: BuildProgram,
  terminal: Terminal,
  argv: readonly string[],
): Promise<ExitCode> {
  const program = build(terminal);
  configure(program, terminal);
  if (argv[0] === "complete") return await complete(program, terminal, argv.slice(1));
  if (argv.length > 0) return await parse(program, terminal, argv);
  if (!terminal.isInteractive) {
    program.outputHelp({ error: true });
    return EXIT.usage;
  }
  const { askForArguments } = await import("./wizard.ts");
  const answers = await askForArguments(program, terminal);
  return answers === undefined ? EXIT.interrupted : await parse(program, terminal, answers);
}

async function complete(
  program: CommandUnknownOpts,
  terminal: Terminal,
  argv: readonly string[],
): Promise<ExitCode> {
  const { printCompletion } = await import("./completion.ts");
  try {
    return await printCompletion(program, terminal, argv);
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    throw error;
  }
}

async function parse(
  program: CommandUnknownOpts,
  terminal: Terminal,
  argv: readonly string[],
): Promise<ExitCode> {
  let running = program;
  program.hook("preAction", (_program, command) => {
    running = command;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return EXIT.done;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    const { interruption } = terminal;
    if (interruption.aborted && error === interruption.reason) return EXIT.interrupted;
    reportFailure(error, running, terminal);
    return EXIT.failed;
  }
}

/** Commander ends help and version by an error too, and calls a usage error 1. */
function exitCodeOf({ exitCode }: CommanderError): ExitCode {
  return exitCode === 0 ? EXIT.done : EXIT.usage;
}

function reportFailure(error: unknown, command: CommandUnknownOpts, terminal: Terminal): void {
  const isJson = command.getOptionValue("json") === true;
  const color = COLOR_CHOICES.find((choice) => choice === command.getOptionValue("color"));
  const output = new Output(terminal, { json: isJson, color });
  const message = describeFailure(error);
  output.problem(message);
  if (!isJson) return;
  output.result({ text: () => message, document: () => errorDocument(error, message, command) });
}

function errorDocument(
  error: unknown,
  message: string,
  command: CommandUnknownOpts,
): ErrorDocument<string> {
  const tool = command.parent?.name() ?? command.name();
  const code = error instanceof UdpError ? error.code : "INTERNAL";
  return { schema: `${tool}/1`, kind: "error", code, message };
}

/** Takes exit and output out of commander's hands, for every command. */
function configure(command: CommandUnknownOpts, terminal: Terminal): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => terminal.stdout.write(text),
    writeErr: (text) => terminal.stderr.write(text),
    // What commander says repeats what was typed, and that may drive a terminal.
    outputError: (text, write) => write(`${printableLines(text)}Usage: ${usageOf(command)}\n`),
  });
  for (const subcommand of command.commands) configure(subcommand, terminal);
}

function usageOf(command: CommandUnknownOpts): string {
  return command.createHelp().commandUsage(command);
}
