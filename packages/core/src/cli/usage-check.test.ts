import { describe, expect, test } from "bun:test";
import { Command } from "@commander-js/extra-typings";
import { UdpError } from "../errors.ts";
import { numberOption } from "../option-check.ts";
import { checkUsage } from "./usage-check.ts";

const FLAGS = { jitterMs: "--jitter (in ms)" };

/** What comes of it, or what commander says against it. */
function checked(make: () => unknown): unknown {
  const command = new Command("test").exitOverride().configureOutput({ writeErr: () => {} });
  try {
    return checkUsage(command, FLAGS, make);
  } catch (error) {
    return error;
  }
}

describe("options that the library judges", () => {
  test("become what they are for", () => {
    expect(checked(() => numberOption("jitterMs", 5, 0, 20))).toBe(5);
  });

  test.each([
    ["jitterMs", "error: --jitter (in ms): expected a number from 0 to 20; got 25"],
    ["delayMs", "error: delayMs: expected a number from 0 to 20; got 25"],
  ])(
    "are a usage error where it refuses them, in the words of the command line: %s",
    (name, message) => {
      expect(checked(() => numberOption(name, 25, 0, 20))).toMatchObject({
        code: "commander.error",
        message,
      });
    },
  );

  test("are refused in the library's words where they name no option", () => {
    const refuse = (): never => {
      throw new UdpError("UDP_BAD_OPTION", "no: never");
    };
    expect(checked(refuse)).toMatchObject({ message: "error: no: never" });
  });

  test("do not hide a fault of the program", () => {
    const fault = new Error("a fault");
    const fail = (): never => {
      throw fault;
    };
    expect(checked(fail)).toBe(fault);
  });
});
