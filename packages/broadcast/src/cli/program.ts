import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Argument, Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  colorOption,
  durationBetween,
  jsonOption,
  parsePeerPort,
  peerPortOption,
  portOption,
  quietOption,
  ratePerSourceOption,
  rateTotalOption,
  repeatable,
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import { formatGroup, parseGroup } from "../membership.ts";
import type { ReadInterfaces } from "../network-interface.ts";

/** Every command, argument and option of `udp-broadcast`. The commands themselves are loaded when they run. */
export function broadcastProgram(terminal: Terminal): Command {
  return new Command("udp-broadcast")
    .description("One datagram to everyone on the network, and who is there")
    .version(manifest.version)
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addCommand(discoverCommand(terminal))
    .addCommand(checkCommand(terminal))
    .addCommand(interfacesCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-broadcast complete zsh|bash|fish|powershell

Examples:
  udp-broadcast server                       show what comes to port 1060 of this host
  udp-broadcast client                       one datagram out of each interface, to everyone there
  udp-broadcast client 10.77.0.0/24          to everyone of that network
  udp-broadcast server --answer --name desk  be found
  udp-broadcast discover                     who is there?
  udp-broadcast check                        which ways reach everyone, and why others do not`;

function serverCommand(terminal: Terminal) {
  return new Command("server")
    .description("show what comes, to this host and to everyone; be found with --answer")
    .addArgument(
      new Argument(
        "[interface]",
        "address to listen at; broadcasts come to 0.0.0.0 and :: only",
      ).default("0.0.0.0"),
    )
    .addOption(portOption())
    .addOption(
      new Option(
        "--answer",
        "tell those who ask that we are here; plain text is never answered",
      ).helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--name <name>", "what we are called (default: the name of this host)").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(
      new Option("--info <key=value>", "a fact about us (may be repeated)")
        .argParser(repeatable(parseInfo))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--group <group>",
        "hear a multicast group: 239.1.2.3, ff02::1%eth0, 10.77.0.1@232.1.2.3 from one source (may be repeated)",
      )
        .argParser(repeatable(parseGroupText))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--service-port <port>",
        "where our service is (default: the port that we listen at)",
      )
        .argParser(parsePeerPort)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--any-network",
        "answer sources that are on no network of this host too",
      ).helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--share-port",
        "let other servers of this host that say so too hear at the same port; only one of them hears what is sent to this host alone",
      ).helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(ratePerSourceOption())
    .addOption(rateTotalOption())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (address, options, command) => {
      checkAnswering(command, options);
      const { runServer } = await import("./server.ts");
      await runServer(terminal, address, options);
    });
}

function clientCommand(terminal: Terminal) {
  return new Command("client")
    .description("send one datagram to everyone")
    .addArgument(
      new Argument(
        "[network]",
        "10.77.0.255, 10.77.0.0/24, 255.255.255.255, a group, an interface, an address (default: out of each interface)",
      ),
    )
    .addOption(peerPortOption())
    .addOption(
      new Option("--message <text>", "what to send")
        .default("Broadcast datagram!")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--hop-limit <n>", "how many links a datagram to many may pass, 1 to 255")
        .default(1)
        .argParser(wholeNumber(1, 255))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("print results and warnings"))
    .addOption(colorOption())
    .action(async (network, options) => {
      const { runClient } = await import("./client.ts");
      await runClient(terminal, network, options, await loadInterfaceReader());
    });
}

function discoverCommand(terminal: Terminal) {
  return new Command("discover")
    .description("find those who answer on every network of this host")
    .addArgument(
      new Argument(
        "[network]",
        "an interface, 10.77.0.0/24, a group, an address (default: every interface)",
      ),
    )
    .addOption(
      new Option(
        "--method <method>",
        "groups, broadcasts (IPv6 has none: all nodes of the link), both of them, or each host by itself",
      )
        .choices(["auto", "broadcast", "multicast", "unicast"])
        .default("auto")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(peerPortOption())
    .addOption(waitOption(3000))
    .addOption(new Option("--watch", "go on, and show who comes and goes").helpGroup(BASIC_OPTIONS))
    .addOption(
      new Option("--on-link", "believe only answers that no router has passed on").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(jsonOption())
    .addOption(quietOption("print results and warnings"))
    .addOption(colorOption())
    .action(async (network, options) => {
      const { runDiscover } = await import("./discover.ts");
      await runDiscover(terminal, network, options);
    });
}

function checkCommand(terminal: Terminal) {
  return new Command("check")
    .description("try every way of reaching everyone; somebody on another host must answer")
    .addOption(peerPortOption())
    .addOption(waitOption(4000))
    .addOption(
      new Option(
        "--without-so-broadcast",
        "send as a program that forgot to ask for SO_BROADCAST",
      ).helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("print results and warnings"))
    .addOption(colorOption())
    .action(async (options) => {
      const { runCheck } = await import("./check.ts");
      await runCheck(terminal, options);
    });
}

function waitOption(defaultMs: number) {
  return new Option(
    "--wait <duration>",
    "how long to wait for answers, with its unit: ms, s, m or h",
  )
    .default(defaultMs, `${defaultMs / 1000}s`)
    .argParser(durationBetween("100ms", "24h"))
    .helpGroup(BASIC_OPTIONS);
}

function parseInfo(text: string): readonly [string, string] {
  const [key = "", ...value] = text.split("=");
  if (key !== "" && text.includes("=")) return [key, value.join("=")];
  throw new InvalidArgumentError("Expected key=value.");
}

/** What the library would refuse later. */
const parseGroupText = argumentParser((text) => formatGroup(parseGroup(text)));

/** Says what has no meaning where nobody is answered. */
function checkAnswering(
  command: CommandUnknownOpts,
  { answer, name, info, servicePort, anyNetwork }: AnswerFlags,
): void {
  const isIdle = [name, info, servicePort, anyNetwork].every((option) => option === undefined);
  if (answer || isIdle) return;
  command.error("error: --name, --info, --service-port and --any-network go with --answer");
}

interface AnswerFlags {
  readonly answer?: true | undefined;
  readonly name?: string | undefined;
  readonly info?: unknown;
  readonly servicePort?: number | undefined;
  readonly anyNetwork?: true | undefined;
}

function interfacesCommand(terminal: Terminal) {
  return new Command("interfaces")
    .description("show the interfaces of this host, and which are used")
    .addOption(jsonOption())
    .addOption(colorOption())
    .action(async (options) => {
      const { runInterfaces } = await import("./interfaces.ts");
      await runInterfaces(terminal, options, await loadInterfaceReader());
    });
}

async function loadInterfaceReader(): Promise<ReadInterfaces> {
  const { interfaceReader } = await import("../network-interface.ts");
  return await interfaceReader();
}
