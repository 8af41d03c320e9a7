import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { AttackSimError } from "../errors.ts";

/** Runs a command, for which an address outside the loopback is a usage error: nothing was tried. */
export async function refusing(command: CommandUnknownOpts, running: Promise<void>): Promise<void> {
  try {
    await running;
  } catch (error) {
    const isRefusal = error instanceof AttackSimError && error.code === "ATTACK_SIM_NOT_LOOPBACK";
    if (!isRefusal) throw error;
    command.error(`error: ${error.message}`);
  }
}
