import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { UdpError } from "../errors.ts";

/**
 * Makes something of options that only the library can judge, since they depend on each other: what
 * it refuses is a usage error of the command.
 *
 * @param flags how the library's options are called where they are typed: `jitterMs` is
 * `--jitter (in ms)`, since the values in a message have the library's unit.
 */
export function checkUsage<Value>(
  command: CommandUnknownOpts,
  flags: Readonly<Record<string, string>>,
  make: () => Value,
): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UdpError)) throw error;
    return command.error(`error: ${inFlags(error.message, flags)}`);
  }
}

function inFlags(message: string, flags: Readonly<Record<string, string>>): string {
  return message.replace(/^(\w+):/, (name, option) => (flags[option] ? `${flags[option]}:` : name));
}
