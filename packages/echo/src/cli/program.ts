import { Argument, Command, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  BASIC_OPTIONS,
  colorOption,
  durationBetween,
  ipv4Option,
  ipv6Option,
  jsonOption,
  loopbackHost,
  parsePeerPort,
  peerPortOption,
  portOption,
  quietOption,
  ratePerSourceOption,
  rateTotalOption,
  repeatable,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };

/** Every command, argument and option of `udp-echo`. The commands themselves are loaded when they run. */
export function echoProgram(terminal: Terminal): Command {
  return new Command("udp-echo")
    .description("Send a datagram, get an answer: a UDP echo server and its client")
    .version(manifest.version)
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-echo complete zsh|bash|fish|powershell

Examples:
  udp-echo server                   answer at 127.0.0.1:1060
  udp-echo server 0.0.0.0 -p 7007   answer at every IPv4 address of this host
  udp-echo client                   send the time to 127.0.0.1:1060`;

function serverCommand(terminal: Terminal) {
  return new Command("server")
    .description("answer datagrams")
    .addArgument(
      new Argument("[host]", "address to listen at; 0.0.0.0 or :: for all").default("127.0.0.1"),
    )
    .addOption(portOption())
    .addOption(
      new Option(
        "--reply <mode>",
        "answer with the length of what came, or with the same bytes (RFC 862)",
      )
        .choices(["length", "echo"])
        .default("length")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(ratePerSourceOption())
    .addOption(rateTotalOption())
    .addOption(
      new Option(
        "--allow-source-port <port>",
        "answer this source port although it is below 1024, 1060 or our own (may be repeated)",
      )
        .argParser(repeatable(parsePeerPort))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--trusted", "go on answering a payload that keeps coming back").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (host, options, { args }) => {
      const { runServer } = await import("./server.ts");
      await runServer(terminal, args.length > 0 ? host : loopbackHost(options), options);
    });
}

function clientCommand(terminal: Terminal) {
  return new Command("client")
    .description("send one datagram and wait for the answer")
    .addArgument(new Argument("[host]", "address or name of the server").default("127.0.0.1"))
    .addOption(peerPortOption())
    .addOption(
      new Option("--message <text>", "what to send (default: the time)").helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--timeout <duration>",
        "how long to wait for the answer, with its unit: us, ms, s, m or h",
      )
        .default(5000, "5s")
        .argParser(durationBetween("1us", "24h"))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--accept-any", "believe whoever answers first, checking nothing").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("print the answer, and warnings"))
    .addOption(colorOption())
    .action(async (host, options, { args }) => {
      const { runClient } = await import("./client.ts");
      await runClient(terminal, args.length > 0 ? host : loopbackHost(options), options);
    });
}
