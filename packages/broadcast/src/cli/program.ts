import { Argument, Command, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  BASIC_OPTIONS,
  colorOption,
  jsonOption,
  peerPortOption,
  portOption,
  quietOption,
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import type { ReadInterfaces } from "../network-interface.ts";

/** Every command, argument and option of `udp-broadcast`. The commands themselves are loaded when they run. */
export function broadcastProgram(terminal: Terminal): Command {
  return new Command("udp-broadcast")
    .description("One datagram to everyone on the network")
    .version(manifest.version)
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addCommand(interfacesCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-broadcast complete zsh|bash|fish|powershell

Examples:
  udp-broadcast server                       show what comes to port 1060 of this host
  udp-broadcast client                       one datagram out of each interface, to everyone there
  udp-broadcast client 10.77.0.0/24          to everyone of that network`;

function serverCommand(terminal: Terminal) {
  return new Command("server")
    .description("show what comes, to this host and to everyone")
    .addArgument(
      new Argument(
        "[interface]",
        "address to listen at; broadcasts come to 0.0.0.0 and :: only",
      ).default("0.0.0.0"),
    )
    .addOption(portOption())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (address, options) => {
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
