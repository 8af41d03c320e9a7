import { Argument, Command, Option } from "@commander-js/extra-typings";
import { parseAddress } from "@udp/core";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  argumentParser,
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
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import { probeCommand, reportCommand } from "./measuring-commands.ts";
import { requireNeeded } from "./needed-option.ts";
import { givenPort, keyFileOption } from "./stamp-flags.ts";

/** Every command, argument and option of `udp-echo`. The commands themselves are loaded when they run. */
export function echoProgram(terminal: Terminal): Command {
  return new Command("udp-echo")
    .description(
      "Send datagrams, get answers, measure them: a UDP echo server, its client, and a probe",
    )
    .version(manifest.version)
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addCommand(probeCommand(terminal))
    .addCommand(reportCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-echo complete zsh|bash|fish|powershell

Examples:
  udp-echo server                   answer at 127.0.0.1:1060
  udp-echo server 0.0.0.0 -p 7007   answer at every IPv4 address of this host
  udp-echo client                   send the time to 127.0.0.1:1060
  udp-echo probe example.net        measure round trips and losses, for three seconds
  udp-echo probe ::1 -i 1ms -c 3000 a datagram every millisecond, 3000 in all`;

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
        "answer with the length of what came, with the same bytes (RFC 862), or as STAMP (RFC 8762; port 862)",
      )
        .choices(["length", "echo", "stamp"])
        .default("length")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(keyFileOption())
    .addOption(
      new Option("--stateful", "stamp: number the replies of each session by themselves").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(
      new Option(
        "--peer <address>",
        "answer this host at our own port number too, as senders of STAMP use it (may be repeated)",
      )
        .argParser(repeatable(argumentParser(parseAddress)))
        .helpGroup(ADVANCED_OPTIONS),
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
    .addOption(
      new Option("--engine <name>", "linux: threads, at the cost of a program in C; portable")
        .choices(["auto", "portable", "linux"])
        .default("auto")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--workers <n>", "threads of the engine linux that share the port")
        .default(1)
        .argParser(wholeNumber(1, 64))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (host, flags, self) => {
      const isStamp = flags.reply === "stamp";
      requireNeeded(self, [
        { flag: "--key-file", isMet: isStamp, needed: "--reply stamp" },
        { flag: "--stateful", isMet: isStamp, needed: "--reply stamp" },
        { flag: "--workers", isMet: flags.engine !== "portable", needed: "the engine linux" },
      ]);
      const { runServer } = await import("./server.ts");
      const address = self.args.length > 0 ? host : loopbackHost(flags);
      await runServer(terminal, address, { ...flags, port: givenPort(self, flags) });
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

/** @throws InvalidArgumentError saying what was expected. */
