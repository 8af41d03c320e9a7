import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Argument, Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { parseAddress } from "@udp/core";
import type { Terminal } from "@udp/core/cli";
import {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  checkUsage,
  colorOption,
  durationBetween,
  ipv4Option,
  ipv6Option,
  jsonOption,
  loopbackHost,
  OUTPUT_OPTIONS,
  parsePeerPort,
  peerPortOption,
  quietOption,
  wholeNumber,
} from "@udp/core/cli";
import type { PayloadFill } from "../probe/payload-fill.ts";
import { requireNeeded } from "./needed-option.ts";
import { givenPort, keyFileOption } from "./stamp-flags.ts";
import {
  foreverOption,
  metricsOption,
  reportIntervalOption,
  requireForever,
} from "./watch-flags.ts";

/** `udp-echo probe`. */
export function probeCommand(terminal: Terminal): CommandUnknownOpts {
  return new Command("probe")
    .description("measure round trips, and losses in each direction")
    .addArgument(new Argument("[host]", "address or name of the server").default("127.0.0.1"))
    .addArgument(new Argument("[more-hosts...]", "with --forever: others, at the same port"))
    .addOption(peerPortOption())
    .addOption(
      new Option("-c, --count <n>", "datagrams, up to 10,000,000 (default: 300)")
        .argParser(wholeNumber(1, 10_000_000))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("-i, --interval <duration>", "from one datagram, or burst, to the next")
        .default(10, "10ms")
        .argParser(durationBetween("50us", "1h"))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option("--duration <duration>", "how long to send, in place of a count")
        .argParser(durationBetween("1us", "1000h"))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--size <bytes>",
        "payload of each datagram, from 40 on (echo 20, stamp 44, with a key 112) (default: 64)",
      )
        .argParser(wholeNumber(20, 65_507))
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(
      new Option(
        "--protocol <name>",
        "probe: our server, which tells both directions apart; echo: any that sends back what comes; stamp: a session-reflector (RFC 8762; port 862)",
      )
        .choices(["auto", "probe", "echo", "stamp"])
        .default("auto")
        .helpGroup(BASIC_OPTIONS),
    )
    .addOption(keyFileOption())
    .addOption(
      new Option("--schedule <kind>", "fixed intervals, or by chance with the same mean")
        .choices(["fixed", "poisson"])
        .default("fixed")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--burst <n>", "datagrams that leave at one moment")
        .default(1)
        .argParser(wholeNumber(1, 1000))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--fill <what>", "behind the header: zero, random, or bytes in hexadecimal")
        .default<PayloadFill>("zero")
        .argParser(parseFill)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--ttl <hops>", "TTL, or hop limit")
        .argParser(wholeNumber(1, 255))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--dscp <code-point>", "differentiated services, 0 to 63")
        .argParser(wholeNumber(0, 63))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--df", "send whole, whatever the system believes of the path").helpGroup(
        ADVANCED_OPTIONS,
      ),
    )
    .addOption(
      new Option("--source <address>", "address of this host to send from")
        .argParser(argumentParser(parseAddress))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--source-port <port>", "port to send from")
        .argParser(parsePeerPort)
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--wait <duration>",
        "how long to wait for the last replies and copies (default: 3 round trips, at least 1s)",
      )
        .argParser(durationBetween("0s", "24h"))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--late <duration>", "replies later than this count as late")
        .default(1000, "1s")
        .argParser(durationBetween("1us", "24h"))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option(
        "--timeout <duration>",
        "how long to ask the server for a session, and in the end for what it saw",
      )
        .default(5000, "5s")
        .argParser(durationBetween("1us", "24h"))
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(
      new Option("--engine <name>", "linux: exact to microseconds; portable: to a millisecond")
        .choices(["auto", "portable", "linux"])
        .default("auto")
        .helpGroup(ADVANCED_OPTIONS),
    )
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(foreverOption())
    .addOption(reportIntervalOption())
    .addOption(metricsOption())
    .addOption(jsonOption())
    .addOption(eachOption())
    .addOption(csvOption())
    .addOption(quietOption("no line that shows how far it has come"))
    .addOption(colorOption())
    .action(async (host, moreHosts, flags, self) => {
      const canLinux = flags.engine !== "portable";
      requireNeeded(self, [
        { flag: "--key-file", isMet: flags.protocol === "stamp", needed: "--protocol stamp" },
        { flag: "--df", isMet: canLinux, needed: "the engine linux" },
        { flag: "--dscp", isMet: canLinux, needed: "the engine linux" },
      ]);
      if (!flags.forever) requireForever(self);
      const { PROBE_FLAGS, probeOptions, runProbe } = await import("./probe.ts");
      const { probePlan } = await import("../probe/plan.ts");
      const address = self.args.length > 0 ? host : loopbackHost(flags);
      const options = await probeOptions(address, { ...flags, port: givenPort(self, flags) });
      if (flags.forever) {
        const { runWatch, watchesOf } = await import("./watch.ts");
        const watched = { ...options, reportIntervalMs: flags.reportInterval };
        const watches = watchesOf(self, { hosts: [address, ...moreHosts], options: watched });
        return await runWatch(terminal, watches, flags);
      }
      checkUsage(self, PROBE_FLAGS, () => probePlan(options));
      await runProbe(terminal, options, flags);
    });
}

function eachOption() {
  return new Option("--each", "a JSON document for each datagram, then that of the whole")
    .conflicts("csv")
    .helpGroup(OUTPUT_OPTIONS);
}

function csvOption() {
  return new Option("--csv", "a line for each datagram, and nothing else")
    .conflicts("json")
    .helpGroup(OUTPUT_OPTIONS);
}

/** `udp-echo report`. */
export function reportCommand(terminal: Terminal): CommandUnknownOpts {
  return new Command("report")
    .description("show a measurement again that was saved with --json or --each")
    .addArgument(new Argument("<file>", "where it was saved; - for stdin"))
    .addOption(jsonOption())
    .addOption(csvOption())
    .addOption(colorOption())
    .action(async (file, options) => {
      const { runReport } = await import("./report.ts");
      await runReport(terminal, file, options);
    });
}

function parseFill(text: string): PayloadFill {
  if (text === "zero" || text === "random") return text;
  if (/^([\da-f]{2})+$/i.test(text)) return Uint8Array.fromHex(text);
  throw new InvalidArgumentError("Expected zero, random, or bytes in hexadecimal, such as 00ff.");
}
