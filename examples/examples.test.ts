import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const EXAMPLES = [...new Bun.Glob("*.ts").scanSync(import.meta.dir)].filter(
  (file) => !file.endsWith(".test.ts"),
);

describe.each(EXAMPLES)("%s", (file) => {
  test("prints what its comments say", async () => {
    const path = join(import.meta.dir, file);
    const promised = (await Bun.file(path).text()).matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm);
    const child = Bun.spawn([process.execPath, path], { stderr: "inherit" });
    const printed = await child.stdout.text();
    expect({ printed, exitCode: await child.exited }).toEqual({
      printed: [...promised].map(([, line]) => `${line}\n`).join(""),
      exitCode: 0,
    });
  });
});
