import { Argument, Command, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  colorOption,
  durationBetween,
  jsonOption,
  parsePeerPort,
  parseSeed,
  peerPortOption,
  portOption,
  quietOption,
  repeatable,
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import { ATTACKS } from "../attackers/catalogue.ts";
import { parseCombination } from "../defences/defence.ts";
import { parseIdPlace } from "../grading/id-place.ts";
import { CHECKS } from "../lesson/check.ts";
import { SERVER_SCENARIOS } from "../servers/catalogue.ts";
import { refusing } from "./refusing.ts";

/** Every command, argument and option of `udp-attack-sim`. The commands themselves are loaded when they run. */
export function attackSimProgram(terminal: Terminal): Command {
  return new Command("udp-attack-sim")
    .description("Which forged answers would you believe? A laboratory on this machine")
    .version(manifest.version)
    .addCommand(demoCommand(terminal))
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addCommand(attackerCommand(terminal))
    .addCommand(runCommand(terminal))
    .addCommand(gradeCommand(terminal))
    .addCommand(listCommand(terminal))
    .addCommand(explainCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
It attacks nothing but itself: every address is one of the loopback, and no option changes that.
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-attack-sim complete zsh|bash|fish|powershell

Examples:
  udp-attack-sim demo                  server, client and attacker, one after the other
  udp-attack-sim server --stalled      by hand, in three terminals: a server that is too slow,
  udp-attack-sim client                a client that says at which port it waits,
  udp-attack-sim attacker --port 40831 and somebody else who answers
  udp-attack-sim run                   every attack on every defence, with real datagrams
  udp-attack-sim run birthday          one of them, in detail
  udp-attack-sim explain birthday      what it is, and what helps
  udp-attack-sim grade --command 'my-client {host} {port}'
  udp-attack-sim grade --server 5353`;

const NAMES = [...ATTACKS, ...SERVER_SCENARIOS].map(({ name }) => name);

function demoCommand(terminal: Terminal) {
  return new Command("demo")
    .description("watch a client being fooled, and one that is not: three processes, one timeline")
    .addOption(jsonOption())
    .addOption(quietOption("only what the processes say"))
    .addOption(colorOption())
    .action(async (options) => {
      const { runDemo } = await import("./demo.ts");
      await runDemo(terminal, options);
    });
}

function serverCommand(terminal: Terminal) {
  return new Command("server")
    .description("the server that is asked; with --stalled it never answers")
    .addArgument(new Argument("[host]", "loopback address to listen at").default("127.0.0.1"))
    .addOption(portOption())
    .addOption(
      new Option("--stalled", "receive, and do not answer: the old, slow server").helpGroup(
        BASIC_OPTIONS,
      ),
    )
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (host, options, command) => {
      const { runServer } = await import("./server.ts");
      await refusing(command, runServer(terminal, host, options));
    });
}

function clientCommand(terminal: Terminal) {
  return new Command("client")
    .description("the client that waits for an answer, and says at which port")
    .addArgument(new Argument("[host]", "loopback address of the server").default("127.0.0.1"))
    .addOption(peerPortOption())
    .addOption(
      new Option("--check <what>", "what an answer must have to be believed")
        .choices(CHECKS)
        .default("none")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--message <text>", "what to ask (default: How are you?)").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(
      new Option("--timeout <duration>", "how long to wait, with its unit: us, ms, s, m or h")
        .default(300_000, "5m")
        .argParser(durationBetween("1us", "24h"))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("the port, the answer, and warnings"))
    .addOption(colorOption())
    .action(async (host, options, command) => {
      const { runClient } = await import("./client.ts");
      await refusing(command, runClient(terminal, host, options));
    });
}

function attackerCommand(terminal: Terminal) {
  return new Command("attacker")
    .description("somebody else, who answers in the server's place")
    .addOption(
      new Option("-p, --port <port>", "the port at which the client waits")
        .argParser(parsePeerPort)
        .makeOptionMandatory()
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--message <text>", "what to tell it").default("fine").helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--host <host>", "loopback address of the client")
        .default("127.0.0.1")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("only what was sent"))
    .addOption(colorOption())
    .action(async (options, command) => {
      const { runAttacker } = await import("./attacker.ts");
      await refusing(command, runAttacker(terminal, options));
    });
}

function runCommand(terminal: Terminal) {
  return new Command("run")
    .description(
      "play attacks on clients and servers, and set what is measured beside what must be",
    )
    .addArgument(
      new Argument("[scenario...]", "what is played; all of it where nothing is named").choices(
        NAMES,
      ),
    )
    .addOption(
      new Option(
        "--simulate",
        "attacks on clients alone, with hosts in memory: the same for the same seed",
      ).helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--trials <count>", "exchanges for each attack and defence, 1 to 100,000")
        .argParser(wholeNumber(1, 100_000))
        .default(100)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--defence <names>",
        "defences joined by +, or a preset, in place of the usual ones (may be repeated)",
      )
        .argParser(repeatable(argumentParser(parseCombination)))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--datagrams <count>", "the most that an attacker sends in one exchange, 1 to 256")
        .argParser(wholeNumber(1, 256))
        .default(64)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--seed <number>",
        "decides ports, ids and guesses (default: another one each time)",
      )
        .argParser(parseSeed)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("the matrix and the servers alone"))
    .addOption(colorOption())
    .action(async (scenarios, options, command) => {
      const { runRun } = await import("./run.ts");
      await runRun(terminal, scenarios, options, command);
    });
}

function gradeCommand(terminal: Terminal) {
  return new Command("grade")
    .description("what are your own client and server worth against forged datagrams?")
    .addOption(
      new Option(
        "--command <line>",
        "a client of yours, as the shell starts it, with {host} and {port} for the server to ask",
      )
        .conflicts("server")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--server <port>", "a server of yours at 127.0.0.1; a scenario may end it")
        .argParser(parsePeerPort)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--id-at <offset:bytes>",
        "where the client's requests carry their id, such as 0:2 for DNS",
      )
        .argParser(argumentParser(parseIdPlace))
        .conflicts("server")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--exchanges <count>", "how often the client is started to see its ports and ids")
        .argParser(wholeNumber(2, 1000))
        .default(26)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--grace <duration>", "how long the true answer waits behind a false one")
        .default(300, "300ms")
        .argParser(durationBetween("1ms", "1m"))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--question <text>", "what the server answers when nothing is wrong")
        .default("How are you?")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("no progress"))
    .addOption(colorOption())
    .action(async (options, command) => {
      const { runGrade } = await import("./grade.ts");
      await runGrade(terminal, options, command);
    });
}

function listCommand(terminal: Terminal) {
  return new Command("list")
    .description("what there is: attacks, defences, presets")
    .addOption(jsonOption())
    .action(async (options) => {
      const { runList } = await import("./list.ts");
      runList(terminal, options);
    });
}

function explainCommand(terminal: Terminal) {
  return new Command("explain")
    .description("how an attack goes, what helps, and where it happened")
    .addArgument(new Argument("<scenario>", "an attack that list shows").choices(NAMES))
    .addOption(jsonOption())
    .action(async (scenario, options) => {
      const { runExplain } = await import("./explain.ts");
      runExplain(terminal, scenario, options);
    });
}
