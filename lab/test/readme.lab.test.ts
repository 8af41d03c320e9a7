import { expect, test } from "bun:test";
import { labTest, RunningProgram } from "../src/testing/index.ts";

const EXAMPLE = Bun.fileURLToPath(import.meta.resolve("./programs/example.ts"));

const readme = await Bun.file(Bun.fileURLToPath(import.meta.resolve("../README.md"))).text();

test("the example of the README is a program", async () => {
  expect(readme).toContain(`\`\`\`ts\n${await Bun.file(EXAMPLE).text()}\`\`\``);
});

labTest("which prints what the README says", async () => {
  await using example = RunningProgram.start([process.execPath, EXAMPLE]);
  const { stdout, ...outcome } = await example.end();
  expect(outcome).toEqual({ code: 0, stderr: "" });
  expect(readme).toContain(`\`\`\`\n${stdout}\`\`\``);
});
