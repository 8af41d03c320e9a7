import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

test.each([
  ["docs/guide/broadcast.md", "examples/broadcast.ts"],
  ["packages/attack-sim/README.md", "examples/attack-sim.ts"],
  ["packages/broadcast/README.md", "examples/broadcast.ts"],
  ["packages/core/README.md", "examples/socket.ts"],
  ["packages/echo/README.md", "examples/echo.ts"],
  ["packages/mtu/README.md", "examples/mtu.ts"],
  ["packages/reliable/README.md", "examples/reliable.ts"],
])("the library example of %s is run as %s", async (readme, example) => {
  const code = await Bun.file(join(ROOT, example)).text();
  expect(await Bun.file(join(ROOT, readme)).text()).toContain(`\`\`\`ts\n${code}\`\`\``);
});

test("the frame in the README of reliable is that of its source", async () => {
  const source = await Bun.file(join(ROOT, "packages/reliable/src/frame.ts")).text();
  const comment = source.slice(source.indexOf("//  0"), source.indexOf("// Numbers are"));
  const picture = comment.replace(/^\/\/ ?/gm, "").trimEnd();
  const readme = await Bun.file(join(ROOT, "packages/reliable/README.md")).text();
  expect(readme).toContain(`\`\`\`\n${picture}\n\`\`\``);
});
