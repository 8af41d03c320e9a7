import { expect, test } from "bun:test";
import { UdpError } from "../errors.ts";
import { describeFailure, EXIT } from "./exit-code.ts";

test("what the shell is told", () => {
  expect(EXIT).toEqual({ done: 0, failed: 1, usage: 2, interrupted: 130 });
});

test("an error of the toolkit is one line", () => {
  expect(describeFailure(new UdpError("UDP_REFUSED", "nothing is listening"))).toBe(
    "nothing is listening",
  );
});

test("any other error is a fault of the program, and says where", () => {
  const description = describeFailure(new TypeError("odd"));
  expect(description).toStartWith("TypeError: odd\n");
  expect(description).toContain("exit-code.test.ts");
});

test.each<[unknown, string]>([
  ["text", "text"],
  [undefined, "undefined"],
  [42, "42"],
])("%p, which is no error, is shown as it is", (thrown, description) => {
  expect(describeFailure(thrown)).toBe(description);
});
