import { expect, test } from "bun:test";
import { pairPlan } from "../topologies/pair.ts";
import { commandScript } from "./node-commands.ts";

const tools = [{ name: "udp-test", path: "/home/it's me/main.ts" }];
const lines = commandScript(pairPlan(), tools, "/usr/bin/bun").split("\n");

test("every node is a command", () => {
  expect(lines.filter((line) => line.startsWith("ln "))).toEqual([
    "ln -s ../node /run/lab/bin/a",
    "ln -s ../node /run/lab/bin/b",
  ]);
});

test("every tool is one, wherever it is", () => {
  const at = lines.indexOf("cat >/run/lab/bin/udp-test <<'FILE'");
  expect(lines.slice(at + 1, at + 4)).toEqual([
    "#!/bin/sh",
    `exec '/usr/bin/bun' '/home/it'\\''s me/main.ts' "$@"`,
    "FILE",
  ]);
});
