import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Option } from "@commander-js/extra-typings";
import { ADVANCED_OPTIONS } from "@udp/core/cli";

/** `--key-file`, of both ends of STAMP. */
export function keyFileOption(): Option<"--key-file <file>"> {
  return new Option(
    "--key-file <file>",
    "stamp: a key of 16 to 64 bytes, for authenticated packets; or in the variable UDP_STAMP_KEY",
  ).helpGroup(ADVANCED_OPTIONS);
}

/** The port that was given; `undefined` where it is left to the protocol, of which STAMP has one of its own. */
export function givenPort(
  self: CommandUnknownOpts,
  flags: { readonly port: number },
): number | undefined {
  return self.getOptionValueSource("port") === "default" ? undefined : flags.port;
}
