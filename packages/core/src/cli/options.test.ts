import { describe, expect, test } from "bun:test";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { UdpError } from "../errors.ts";
import {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  chosenFamily,
  colorOption,
  ipv4Option,
  ipv6Option,
  jsonOption,
  loopbackHost,
  portOption,
  quietOption,
  repeatable,
} from "./options.ts";

/** The options that a command line means, or what commander says against it. */
function parsed(...argv: string[]): object | string {
  const command = new Command("test")
    .addOption(portOption())
    .addOption(ipv4Option())
    .addOption(ipv6Option())
    .addOption(jsonOption())
    .addOption(quietOption("say less"))
    .addOption(colorOption())
    .addOption(new Option("--also <n>").argParser(repeatable(Number)))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    return command.parse(argv, { from: "user" }).opts();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const DEFAULTS = { port: 1060, color: "auto" };

describe("options", () => {
  test.each<[string, object]>([
    ["", {}],
    ["-p 7", { port: 7 }],
    ["--port 0", { port: 0 }],
    ["-4", { ipv4: true }],
    ["--ipv6", { ipv6: true }],
    ["--json --quiet", { json: true, quiet: true }],
    ["--color never", { color: "never" }],
    ["--also 1 --also 2", { also: [1, 2] }],
  ])("%p", (line, expected) => {
    const argv = line.split(" ").filter(Boolean);
    expect(parsed(...argv)).toEqual({ ...DEFAULTS, ...expected });
  });

  test.each<[string, string]>([
    [
      "-p 65536",
      "error: option '-p, --port <port>' argument '65536' is invalid. Expected a port from 0 to 65535; got \"65536\".",
    ],
    [
      "-p x",
      "error: option '-p, --port <port>' argument 'x' is invalid. Expected a port from 0 to 65535; got \"x\".",
    ],
    ["-4 -6", "error: option '-4, --ipv4' cannot be used with option '-6, --ipv6'"],
    [
      "--color sometimes",
      "error: option '--color <when>' argument 'sometimes' is invalid. Allowed choices are auto, always, never.",
    ],
  ])("%p is refused", (line, message) => {
    expect(parsed(...line.split(" "))).toBe(message);
  });

  test("stand in groups, of which the wizard asks for the first", () => {
    const groups = [portOption(), ipv4Option(), ipv6Option(), jsonOption(), quietOption("")].map(
      ({ helpGroupHeading }) => helpGroupHeading,
    );
    const output = "Output options:";
    expect(groups).toEqual([BASIC_OPTIONS, ADVANCED_OPTIONS, ADVANCED_OPTIONS, output, output]);
  });
});

describe("a parser of the library as one of the command line", () => {
  test("gives what it gives", () => {
    expect(argumentParser(Number)("7")).toBe(7);
  });

  test("turns a typed error into a sentence, and keeps it", () => {
    const cause = new UdpError("UDP_BAD_OPTION", "expected a number above 0; got -1");
    const parse = argumentParser(() => {
      throw cause;
    });
    expect(() => parse("-1")).toThrow(InvalidArgumentError);
    expect(() => parse("-1")).toThrow(
      expect.objectContaining({ message: "Expected a number above 0; got -1.", cause }),
    );
  });

  test("lets any other error through", () => {
    const fault = new TypeError("odd");
    const parse = argumentParser(() => {
      throw fault;
    });
    expect(() => parse("7")).toThrow(fault);
  });
});

test("repeated values are gathered in order, and earlier lists stay as they are", () => {
  const parse = repeatable(Number);
  const first = parse("1", undefined);
  const second = parse("2", first);
  expect({ first, second }).toEqual({ first: [1], second: [1, 2] });
});

test("flags choose the family, and the loopback of that family", () => {
  const flags = [{}, { ipv4: true }, { ipv6: true }] as const;
  expect(flags.map(chosenFamily)).toEqual([undefined, 4, 6]);
  expect(flags.map(loopbackHost)).toEqual(["127.0.0.1", "127.0.0.1", "::1"]);
});
