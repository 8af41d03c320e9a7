import { isatty } from "node:tty";
import type { Terminal } from "@udp/core/cli";
import { LabError } from "../errors.ts";
import { Lab } from "../network/lab.ts";
import { drawPlan } from "../plan/picture.ts";
import type { Plan } from "../plan/plan.ts";
import { COMMAND_FOLDER, commandScript } from "./node-commands.ts";
import { hints, linkCounts } from "./render.ts";
import { say } from "./say.ts";
import { readToolkit } from "./toolkit.ts";

/**
 * Makes a network, shows it, and runs a program at its first host, or a shell where none is named.
 * The exit code is the program's own; that of a shell that was typed at says nothing.
 */
export async function enterNetwork(
  terminal: Terminal,
  plan: Plan,
  program: readonly string[],
): Promise<void> {
  const isTyped = program.length === 0 && isatty(0);
  const notes = program.length === 0 && isatty(1) ? terminal.stdout : terminal.stderr;
  await using lab = await openLab(plan);
  const host = lab.host(plan.nodes[0]?.name ?? "");
  const script = commandScript(plan, await readToolkit(), process.execPath);
  await host.run(["sh", "-ec", script]);
  terminal.interruption.throwIfAborted();
  await say(notes, [drawPlan(plan), "", ...(isTyped ? [...hints(plan), ""] : [])]);
  const code = await host.runInForeground([host.name, ...program], {
    env: { PATH: `${COMMAND_FOLDER}:${Bun.env.PATH ?? ""}` },
    isShell: isTyped,
  });
  const cable = plan.cables.find(({ link }) => link !== undefined);
  if (cable !== undefined) await say(notes, linkCounts(cable, await lab.link.report()));
  if (!isTyped) process.exitCode = code;
}

async function openLab(plan: Plan): Promise<Lab> {
  try {
    return await Lab.open(plan);
  } catch (error) {
    const isUnsupported = error instanceof LabError && error.code === "LAB_UNSUPPORTED";
    throw isUnsupported ? withAdvice(error) : error;
  }
}

function withAdvice(cause: LabError): LabError {
  const advice = "lab relay puts a bad link before a server without a network of its own";
  return new LabError(cause.code, `${cause.message}; ${advice}`, { cause });
}
