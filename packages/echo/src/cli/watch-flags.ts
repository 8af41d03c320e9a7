import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { Option } from "@commander-js/extra-typings";
import type { Endpoint } from "@udp/core";
import { parseEndpoint, parsePort } from "@udp/core";
import { argumentParser, durationBetween } from "@udp/core/cli";
import { requireNeeded } from "./needed-option.ts";

const WATCH_OPTIONS = "Watching options:";

/** What ends a measurement, or shows each of its datagrams, is for one that ends. */
const ENDING = ["count", "duration", "each", "csv"];

/** Intervals overlap, and two sockets cannot have one port. */
const SINGLE = ["sourcePort"];

/** `--forever`. */
export function foreverOption(): Option<"--forever"> {
  return new Option("--forever", "measure again and again, and report each interval; Ctrl-C ends")
    .conflicts([...ENDING, ...SINGLE])
    .helpGroup(WATCH_OPTIONS);
}

type DurationOption = Option<"--report-interval <duration>", undefined, 10_000, number>;

/** `--report-interval`, in milliseconds. */
export function reportIntervalOption(): DurationOption {
  return new Option("--report-interval <duration>", "with --forever: how long each interval is")
    .default(10_000, "10s")
    .argParser(durationBetween("1s", "24h"))
    .helpGroup(WATCH_OPTIONS);
}

/** `--metrics`. */
export function metricsOption(): Option<
  "--metrics <port>",
  undefined,
  undefined,
  undefined,
  false,
  Endpoint
> {
  return new Option(
    "--metrics <port>",
    "with --forever: serve metrics for Prometheus at this port of 127.0.0.1, or at an address:port",
  )
    .argParser(argumentParser(parseMetricsAddress))
    .helpGroup(WATCH_OPTIONS);
}

/** A port alone is one of this host, so that nothing is shown to the network by accident. */
function parseMetricsAddress(text: string): Endpoint {
  if (!/^\d+$/.test(text)) return parseEndpoint(text);
  return { address: "127.0.0.1", port: parsePort(text) };
}

/** Ends the command with a usage error where something was given that is for a watch, and this is none. */
export function requireForever(command: CommandUnknownOpts): void {
  const needed = { isMet: false, needed: "--forever" };
  requireNeeded(command, [
    { flag: "--report-interval", ...needed },
    { flag: "--metrics", ...needed },
  ]);
  if (command.args.length > 1) command.error("error: more than one host needs --forever");
}
