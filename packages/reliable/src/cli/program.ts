import { Argument, Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  BASIC_OPTIONS,
  checkUsage,
  colorOption,
  durationBetween,
  ipv4Option,
  ipv6Option,
  jsonOption,
  parseRatio,
  parseSeed,
  peerPortOption,
  portOption,
  quietOption,
  ratePerSourceOption,
  rateTotalOption,
  wholeNumber,
} from "@udp/core/cli";
import manifest from "../../package.json" with { type: "json" };
import type { PresetName } from "../retransmission.ts";
import { PRESET_NAMES } from "../retransmission.ts";

/** Every command, argument and option of `udp-reliable`. The commands themselves are loaded when they run. */
export function reliableProgram(terminal: Terminal): Command {
  return new Command("udp-reliable")
    .description("Requests that survive a bad network: ask until an answer comes")
    .version(manifest.version)
    .addCommand(serverCommand(terminal))
    .addCommand(clientCommand(terminal))
    .addCommand(simulateCommand(terminal))
    .addHelpText("after", HELP_FOOTER);
}

const HELP_FOOTER = `
Started without arguments on a terminal, it asks for the role and its options.
Shell completion: udp-reliable complete zsh|bash|fish|powershell

Examples:
  udp-reliable server 127.0.0.1              lose half of what arrives at port 1060, answer the rest
  udp-reliable client 127.0.0.1              ask it, and ask again
  udp-reliable simulate --loss 0.2           10,000 requests under each schedule, at once`;

function serverCommand(terminal: Terminal) {
  return new Command("server")
    .description("carry requests out, each at most once, and pretend to lose some")
    .addArgument(new Argument("<interface>", "address to listen at; 0.0.0.0 or :: for all"))
    .addOption(portOption())
    .addOption(
      new Option("--drop <ratio>", "part of what arrives that it pretends to lose")
        .default(0.5)
        .argParser(parseRatio)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--duplicate <ratio>", "part of the rest that it pretends to receive twice")
        .default(0)
        .argParser(parseRatio)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(durationOption("--delay <duration>", "hold back what arrives for so long"))
    .addOption(durationOption("--jitter <duration>", "the delay ± this, at most the delay"))
    .addOption(seedOption())
    .addOption(
      new Option(
        "--require-cookie",
        "carry nothing out before the client has shown that it receives where it says",
      ).helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(keyFileOption())
    .addOption(ratePerSourceOption())
    .addOption(rateTotalOption())
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("no line per datagram"))
    .addOption(colorOption())
    .action(async (host, options, self) => {
      const { runServer } = await import("./server.ts");
      const { checkedLink } = await import("./link-flags.ts");
      const link = checkUsage(self, FLAGS, () => checkedLink({ ...options, loss: options.drop }));
      await runServer(terminal, host, { ...options, link });
    });
}

function clientCommand(terminal: Terminal) {
  return new Command("client")
    .description("ask, and ask again until an answer comes")
    .addArgument(new Argument("<host>", "address or name of the server"))
    .addOption(peerPortOption())
    .addOption(
      new Option("--message <text>", "what to send")
        .default("This is another message")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--plain", "ask without frames, as the original programs do").helpGroup(
        BASIC_OPTIONS,
      ),
    )
    .addOption(
      new Option("--preset <name>", "when to ask again, and how often")
        .choices(PRESET_NAMES)
        .default("original")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(scheduleOption("--initial <duration>", "the first wait").argParser(parseWait))
    .addOption(
      scheduleOption("--factor <n>", "each wait by the one before, 1 to 10").argParser(parseFactor),
    )
    .addOption(scheduleOption("--max <duration>", "the longest wait").argParser(parseWait))
    .addOption(
      scheduleOption("--attempts <n>", "datagrams at most").argParser(wholeNumber(1, 1000)),
    )
    .addOption(
      scheduleOption("--backoff-jitter <kind>", "how the waits are spread").choices([
        "none",
        "upward",
        "equal",
      ]),
    )
    .addOption(
      new Option(
        "--keep-trying",
        "go on where the system says that nothing is listening",
      ).helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(keyFileOption().conflicts("plain"))
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("print the answer, and warnings"))
    .addOption(colorOption())
    .action(async (host, options, self) => {
      const { runClient } = await import("./client.ts");
      const { chosenBackoff } = await import("./schedule-flags.ts");
      const backoff = checkUsage(self, FLAGS, () => chosenBackoff(options));
      await runClient(terminal, host, { ...options, backoff });
    });
}

function simulateCommand(terminal: Terminal) {
  return new Command("simulate")
    .description("make requests over a simulated link, in virtual time, and compare schedules")
    .addOption(
      new Option("--requests <n>", "how many, one after another")
        .default(10_000)
        .argParser(wholeNumber(1, 100_000))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--loss <ratio>", "part that the link loses, each way")
        .default(0.3)
        .argParser(parseRatio)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--delay <duration>", "one-way delay of the link")
        .default(20, "20ms")
        .argParser(parseDelay)
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--jitter <duration>",
        "the delay ± this, at most the delay (default: 5ms, or the delay where that is less)",
      )
        .argParser(parseDelay)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--duplicate <ratio>", "part of the rest that arrives twice")
        .default(0)
        .argParser(parseRatio)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(seedOption())
    .addOption(
      new Option("--preset <name>", "a schedule to try (may be repeated)")
        .choices(PRESET_NAMES)
        .default(PRESET_NAMES, "all of them")
        .argParser(parsePresets)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(jsonOption())
    .addOption(quietOption("print the table alone"))
    .addOption(colorOption())
    .action(async (options, self) => {
      const { runSimulate } = await import("./simulate.ts");
      const { checkedLink } = await import("./link-flags.ts");
      const link = checkUsage(self, FLAGS, () => checkedLink(options));
      await runSimulate(terminal, { ...options, link });
    });
}

/** How what the checks name is called here. */
const FLAGS: Readonly<Record<string, string>> = {
  jitter: "--jitter",
  max: "--max",
  factor: "--factor",
};

const parseDelay = durationBetween("0s", "1h");
const parseWait = durationBetween("1ms", "24h");

function durationOption<Usage extends string>(flags: Usage, description: string) {
  return new Option(flags, description)
    .default(0, "0s")
    .argParser(parseDelay)
    .helpGroup(ADVANCED_OPTIONS);
}

function seedOption() {
  return new Option("--seed <n>", "the course of chance, to be repeated")
    .argParser(parseSeed)
    .helpGroup(ADVANCED_OPTIONS);
}

function keyFileOption() {
  return new Option(
    "--key-file <path>",
    "16 to 64 bytes that both sides share: believe only frames made with them",
  ).helpGroup(ADVANCED_OPTIONS);
}

function scheduleOption<Usage extends string>(flags: Usage, description: string) {
  return new Option(flags, `${description} (default: the preset's)`).helpGroup(ADVANCED_OPTIONS);
}

function parseFactor(text: string): number {
  const factor = /^\d{1,2}(\.\d{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  if (factor >= 1 && factor <= 10) return factor;
  throw new InvalidArgumentError("Expected a number from 1 to 10, such as 1.5.");
}

/** The first one that is given takes the place of the default. */
function parsePresets(
  text: string,
  previous: readonly PresetName[] = PRESET_NAMES,
): readonly PresetName[] {
  const preset = PRESET_NAMES.find((name) => name === text);
  if (preset === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${PRESET_NAMES.join(", ")}.`);
  }
  return previous === PRESET_NAMES ? [preset] : [...previous, preset];
}
