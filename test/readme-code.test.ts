import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

test.each([
  ["packages/core/README.md", "examples/socket.ts"],
  ["packages/echo/README.md", "examples/echo.ts"],
  ["packages/mtu/README.md", "examples/mtu.ts"],
])("the library example of %s is run as %s", async (readme, example) => {
  const code = await Bun.file(join(ROOT, example)).text();
  expect(await Bun.file(join(ROOT, readme)).text()).toContain(`\`\`\`ts\n${code}\`\`\``);
});
