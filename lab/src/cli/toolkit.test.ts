import { expect, test } from "bun:test";
import { readToolkit } from "./toolkit.ts";

test("the tools are those that the packages name, and are there", async () => {
  const tools = await readToolkit();
  expect(tools.map(({ name }) => name)).toContain("udp-echo");
  const isThere = tools.map(({ path }) => Bun.file(path).exists());
  expect(await Promise.all(isThere)).not.toContain(false);
});
