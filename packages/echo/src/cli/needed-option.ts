import type { CommandUnknownOpts } from "@commander-js/extra-typings";

/** What an option is of no use without. */
export interface Need {
  /** The option, as it is typed. */
  readonly flag: string;
  readonly isMet: boolean;
  /** What it needs, in words. */
  readonly needed: string;
}

/** Ends the command with a usage error where an option was given that would have been ignored. */
export function requireNeeded(command: CommandUnknownOpts, needs: readonly Need[]): void {
  const unmet = needs.find(({ flag, isMet }) => !isMet && isGiven(command, flag));
  if (unmet !== undefined) command.error(`error: ${unmet.flag} needs ${unmet.needed}`);
}

function isGiven(command: CommandUnknownOpts, flag: string): boolean {
  const option = command.options.find(({ long }) => long === flag);
  return command.getOptionValueSource(option?.attributeName() ?? "") === "cli";
}
