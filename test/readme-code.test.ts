import { expect, test } from "bun:test";

test("the library example of @udp/echo is the one that is run as an example", async () => {
  const readme = await Bun.file("packages/echo/README.md").text();
  expect(readme).toContain(`\`\`\`ts\n${await Bun.file("examples/echo.ts").text()}\`\`\``);
});
