import { expect, test } from "bun:test";

const PROGRAM = Bun.fileURLToPath(import.meta.resolve("./exit-code/program.ts"));

test.each([
  ["that of the program that it ran", ["run", "--code", "77"], 77],
  ["0 where that was", ["run", "--code", "0"], 0],
  ["its own where it failed", ["run", "--code", "77", "--fail"], 1],
  ["2 where nothing was run", ["run"], 2],
])("a tool ends with %s", async (_title, argv, code) => {
  await using program = Bun.spawn([process.execPath, PROGRAM, ...argv], { stderr: "ignore" });
  expect(await program.exited).toBe(code);
});
