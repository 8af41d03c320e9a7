import type { OptionValues } from "@commander-js/extra-typings";
import { Argument, Command, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  checkUsage,
  ipv6Option,
  parseDuration,
  parseLocalPort,
  parsePeerPort,
  parseRatio,
  parseSeed,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import type { Plan } from "../plan/plan.ts";
import { checkMtu, DEFAULT_MTU_BYTES } from "../topologies/addressing.ts";
import { diamondPlan } from "../topologies/diamond.ts";
import { lanPlan } from "../topologies/lan.ts";
import { multihomedPlan } from "../topologies/multihomed.ts";
import { natPlan } from "../topologies/nat.ts";
import { pairPlan } from "../topologies/pair.ts";
import { pathPlan } from "../topologies/path.ts";
import { badLinkOf, parseBurst, parseCount } from "./link-flags.ts";

/** Every command, argument and option of `lab`. The commands themselves are loaded when they run. */
export function labProgram(terminal: Terminal): Command {
  return new Command("lab")
    .description("Networks to try programs in: hosts, routers and bad links on this machine")
    .version(manifest.version)
    .addCommand(pairCommand(terminal))
    .addCommand(lanCommand(terminal))
    .addCommand(pathCommand(terminal))
    .addCommand(multihomedCommand(terminal))
    .addCommand(natCommand(terminal))
    .addCommand(diamondCommand(terminal))
    .addCommand(relayCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the network and its options.

Examples:
  lab path --mtus 1500,1400,1280                      a shell at the first host
  lab path --mtus 1500,1400,1280 -- tracepath h2      a program at the first host
  lab pair --delay 20ms --loss 0.1 -- ping -c 20 b    over a bad link`;

function pairCommand(terminal: Terminal) {
  const command = new Command("pair")
    .description("two hosts and a cable")
    .addArgument(programArgument())
    .addOption(mtuOption());
  return withLinkOptions(command).action(async (program, { mtu: mtuBytes, ...flags }, self) => {
    const plan = checkUsage(self, FLAGS, () => pairPlan({ mtuBytes, link: badLinkOf(flags) }));
    await enter(terminal, plan, program);
  });
}

function lanCommand(terminal: Terminal) {
  const command = new Command("lan")
    .description("hosts around a switch")
    .addArgument(programArgument())
    .addOption(
      new Option("--hosts <n>", "how many hosts")
        .default(3)
        .argParser(parseCount)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(mtuOption())
    .addOption(
      new Option(
        "--last-port-mtu <bytes>",
        "MTU of the switch's port to the last host (default: as the others)",
      )
        .argParser(parseMtu)
        .helpGroup(ADVANCED_OPTIONS),
    );
  return withLinkOptions(command).action(
    async (program, { hosts, mtu: mtuBytes, lastPortMtu: lastPortMtuBytes, ...flags }, self) => {
      const plan = checkUsage(self, FLAGS, () =>
        lanPlan({ hosts, mtuBytes, lastPortMtuBytes, link: badLinkOf(flags) }),
      );
      await enter(terminal, plan, program);
    },
  );
}

function pathCommand(terminal: Terminal) {
  const command = new Command("path")
    .description("two hosts and the routers between them")
    .addArgument(programArgument())
    .addOption(
      new Option("--mtus <list>", "MTU of each hop")
        .default(DEFAULT_HOPS, DEFAULT_HOPS.join(","))
        .argParser(parseMtus)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--black-hole <kind>", "who says nothing of packets that are too large")
        .choices(["none", "all", "far", "layer2"])
        .default("none")
        .helpGroup(BASIC_OPTIONS),
    );
  return withLinkOptions(command).action(
    async (program, { mtus, blackHole: kind, ...flags }, self) => {
      const blackHole = kind === "none" ? undefined : kind;
      const plan = checkUsage(self, FLAGS, () =>
        pathPlan({ mtus, blackHole, link: badLinkOf(flags) }),
      );
      await enter(terminal, plan, program);
    },
  );
}

function multihomedCommand(terminal: Terminal) {
  return new Command("multihomed")
    .description("a server with several addresses, two cables away")
    .addArgument(programArgument())
    .action((program) => enter(terminal, multihomedPlan(), program));
}

function natCommand(terminal: Terminal) {
  return new Command("nat")
    .description("a router that hides the host behind it")
    .addArgument(programArgument())
    .addOption(
      new Option("--mapping <duration>", "how long the router remembers who sent")
        .default(30, "30s")
        .argParser((text) => parseDuration(text) / 1000)
        .helpGroup(BASIC_OPTIONS),
    )
    .action(async (program, { mapping: mappingSeconds }, self) => {
      const plan = checkUsage(self, FLAGS, () => natPlan({ mappingSeconds }));
      await enter(terminal, plan, program);
    });
}

function diamondCommand(terminal: Terminal) {
  return new Command("diamond")
    .description("two hosts and several ways between them")
    .addArgument(programArgument())
    .addOption(
      new Option("--mtus <list>", "MTU of each way")
        .default(DEFAULT_WAYS, DEFAULT_WAYS.join(","))
        .argParser(parseMtus)
        .helpGroup(BASIC_OPTIONS),
    )
    .action(async (program, { mtus }, self) => {
      const plan = checkUsage(self, FLAGS, () => diamondPlan({ mtus }));
      await enter(terminal, plan, program);
    });
}

function relayCommand(terminal: Terminal) {
  const command = new Command("relay")
    .description("a bad link before a port of this machine, without a network")
    .addArgument(
      new Argument("<port>", "where the server is, at 127.0.0.1 or ::1").argParser(parsePeerPort),
    )
    .addOption(
      new Option("--listen <port>", "where clients find the relay; 0 for any port")
        .default(0)
        .argParser(parseLocalPort)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(ipv6Option());
  return withLinkOptions(command).action(async (port, { listen, ipv6, ...flags }, self) => {
    const link = checkUsage(self, FLAGS, () => badLinkOf(flags));
    const { runRelay } = await import("./relay.ts");
    await runRelay(terminal, port, { listen, ipv6 }, link);
  });
}

const DEFAULT_HOPS: readonly number[] = [1500, 1400, 1280];
const DEFAULT_WAYS: readonly number[] = [1500, 1500, 1500];

function programArgument() {
  return new Argument(
    "[program...]",
    "behind --: what to run at the first host in place of a shell",
  );
}

function mtuOption() {
  return new Option("--mtu <bytes>", "MTU of the cables")
    .default(DEFAULT_MTU_BYTES)
    .argParser(parseMtu)
    .helpGroup(BASIC_OPTIONS);
}

/** Without any of them there is no bad link. */
function withLinkOptions<Args extends unknown[], Flags extends OptionValues>(
  command: Command<Args, Flags>,
) {
  return command
    .addOption(linkOption("--delay <duration>", "one-way delay").argParser(parseDuration))
    .addOption(
      linkOption("--jitter <duration>", "delay ± this, at most the delay").argParser(parseDuration),
    )
    .addOption(linkOption("--loss <ratio>", "part that is lost").argParser(parseRatio))
    .addOption(
      linkOption("--burst <enter,leave>", "chances that losses begin and end").argParser(
        parseBurst,
      ),
    )
    .addOption(linkOption("--duplicate <ratio>", "part that comes twice").argParser(parseRatio))
    .addOption(
      linkOption("--reorder <ratio>", "part held back for another delay and 1ms").argParser(
        parseRatio,
      ),
    )
    .addOption(linkOption("--rate <bits>", "bits a second").argParser(parseCount))
    .addOption(linkOption("--queue <packets>", "room before the rate").argParser(parseCount))
    .addOption(linkOption("--seed <n>", "another course of chance").argParser(parseSeed));
}

function linkOption<Usage extends string>(flags: Usage, description: string) {
  return new Option(flags, description).helpGroup("Bad link:");
}

const parseMtu = argumentParser((text: string) => checkMtu("MTU", parseCount(text)));

function parseMtus(text: string): readonly number[] {
  return text.split(",").map(parseMtu);
}

/** How the library's options are called here; the values in a message are in the library's unit. */
const FLAGS: Readonly<Record<string, string>> = {
  hosts: "--hosts",
  jitterMs: "--jitter (in ms)",
  delayMs: "--delay (in ms)",
  lastPortMtuBytes: "--last-port-mtu",
  mappingSeconds: "--mapping (in s)",
  mtus: "--mtus",
};

async function enter(terminal: Terminal, plan: Plan, program: readonly string[]): Promise<void> {
  const { enterNetwork } = await import("./enter.ts");
  await enterNetwork(terminal, plan, program);
}
