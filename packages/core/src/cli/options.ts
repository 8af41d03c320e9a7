import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { AddressFamily } from "../address/ip-address.ts";
import { DEFAULT_PORT, parsePort } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import { capitalize } from "./capitalize.ts";

/** The help group of the options that the wizard asks for; it offers the others on request. */
export const BASIC_OPTIONS = "Basic options:";

/** The help group of the options that few need. */
export const ADVANCED_OPTIONS = "Advanced options:";

/** The help group of what is printed, and how. */
export const OUTPUT_OPTIONS = "Output options:";

/** Turns a parser of the library into one for commander, which shows its message. */
export function argumentParser<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof UdpError ? invalidArgument(error) : error;
    }
  };
}

/** A parser for options that may be given several times. */
export function repeatable<Value>(
  parse: (text: string) => Value,
): (text: string, previous: readonly Value[] | undefined) => readonly Value[] {
  return (text, previous = []) => [...previous, parse(text)];
}

/** Parses a port to listen at, 0 to 65535; 0 lets the system choose. */
export const parseLocalPort: (text: string) => number = argumentParser((text) => parsePort(text));

/** Parses a port that a datagram is sent to, or comes from, 1 to 65535. */
export const parsePeerPort: (text: string) => number = argumentParser((text) => parsePort(text, 1));

type PortOption = Option<"-p, --port <port>", undefined, typeof DEFAULT_PORT, number>;

/** `-p, --port` to listen at, 0 to 65535; default {@link DEFAULT_PORT}. A basic option. */
export function portOption(): PortOption {
  return new Option("-p, --port <port>", "UDP port")
    .default(DEFAULT_PORT)
    .argParser(parseLocalPort)
    .helpGroup(BASIC_OPTIONS);
}

/** `-p, --port` of somebody else, 1 to 65535; default {@link DEFAULT_PORT}. A basic option. */
export function peerPortOption(): PortOption {
  return portOption().argParser(parsePeerPort);
}

/** `-4, --ipv4`; conflicts with {@link ipv6Option}. */
export function ipv4Option(): Option<"-4, --ipv4"> {
  return new Option("-4, --ipv4", "IPv4 only").conflicts("ipv6").helpGroup(ADVANCED_OPTIONS);
}

/** `-6, --ipv6`; conflicts with {@link ipv4Option}. */
export function ipv6Option(): Option<"-6, --ipv6"> {
  return new Option("-6, --ipv6", "IPv6 only").conflicts("ipv4").helpGroup(ADVANCED_OPTIONS);
}

/** `--json`: results as documents, one a line, in place of text. */
export function jsonOption(): Option<"--json"> {
  return new Option("--json", "one JSON document a line").helpGroup(OUTPUT_OPTIONS);
}

/** `--quiet`; `description` says what a command then leaves out. */
export function quietOption(description: string): Option<"--quiet"> {
  return new Option("--quiet", description).helpGroup(OUTPUT_OPTIONS);
}

/** What `--color` may be. */
export const COLOR_CHOICES = ["auto", "always", "never"] as const;

/** `auto` colors where stderr is a terminal that can, and as `NO_COLOR` and `FORCE_COLOR` say. */
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/** `--color`; default `auto`. Results have no color. */
export function colorOption(): Option<
  "--color <when>",
  undefined,
  "auto",
  undefined,
  false,
  ColorChoice
> {
  return new Option("--color <when>", "color warnings and errors")
    .choices(COLOR_CHOICES)
    .default("auto")
    .helpGroup(OUTPUT_OPTIONS);
}

/** What commander makes of {@link ipv4Option} and {@link ipv6Option}; at most one is set. */
export interface FamilyFlags {
  /** Set by `-4`. */
  readonly ipv4?: true | undefined;
  /** Set by `-6`. */
  readonly ipv6?: true | undefined;
}

/** The family that `-4` and `-6` ask for. */
export function chosenFamily(options: FamilyFlags): AddressFamily | undefined {
  if (options.ipv4) return 4;
  return options.ipv6 ? 6 : undefined;
}

/** The host that is meant where none was given: this one, in the family that was asked for. */
export function loopbackHost(options: FamilyFlags): string {
  return options.ipv6 ? "::1" : "127.0.0.1";
}

function invalidArgument(cause: UdpError): InvalidArgumentError {
  const error = new InvalidArgumentError(`${capitalize(cause.message)}.`);
  error.cause = cause;
  return error;
}
