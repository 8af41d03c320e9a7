import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { ColorChoice, Terminal } from "@udp/core/cli";
import { Output } from "@udp/core/cli";
import { ATTACKS } from "../attackers/catalogue.ts";
import type { Combination } from "../defences/defence.ts";
import { isPrivateNetwork, privateNetworkObstacle } from "../private-network.ts";
import { SERVER_SCENARIOS } from "../servers/catalogue.ts";
import { againPrivately } from "./again-privately.ts";
import { playAttacks } from "./play-attacks.ts";
import { tryServers } from "./try-servers.ts";

/** The options of `udp-attack-sim run` as they were given. */
export interface RunFlags {
  readonly simulate?: true | undefined;
  readonly trials: number;
  readonly defence?: readonly Combination[] | undefined;
  readonly datagrams: number;
  readonly seed?: number | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: ColorChoice;
}

const WITHOUT_PRIVATE_NETWORK =
  "The attacker binds the addresses that it would forge, and packet-too-big is not played.";

/**
 * Plays scenarios, in a private network where one can be made.
 *
 * @param names of attacks and of server scenarios; none for all.
 */
export async function runRun(
  terminal: Terminal,
  names: readonly string[],
  flags: RunFlags,
  command: CommandUnknownOpts,
): Promise<void> {
  const output = new Output(terminal, flags);
  const isWanted = ({ name }: { readonly name: string }): boolean =>
    names.length === 0 || names.includes(name);
  const attacks = ATTACKS.filter(isWanted);
  const scenarios = SERVER_SCENARIOS.filter(isWanted);
  if (flags.simulate && names.length > 0 && scenarios.length > 0) {
    command.error(`error: ${scenarios[0]?.name} is tried on real servers; leave out --simulate`);
  }
  if (!(flags.simulate || (await isPrivateNetwork()))) {
    const obstacle = privateNetworkObstacle();
    if (obstacle === undefined) return await againPrivately(terminal, command);
    output.note(`No private network: ${obstacle}. ${WITHOUT_PRIVATE_NETWORK}`);
  }
  if (attacks.length > 0) await playAttacks(terminal, output, attacks, flags);
  if (flags.simulate || scenarios.length === 0) return;
  if (attacks.length > 0) output.detail("");
  await tryServers(terminal, output, scenarios, flags);
}
