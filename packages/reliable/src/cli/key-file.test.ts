import { describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeyFile } from "./key-file.ts";

async function keyOf(text: string): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "key-file-"));
  try {
    const path = join(directory, "key");
    await writeFile(path, text);
    return await readKeyFile(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test.each(["0123456789abcde\n", "x".repeat(64)])(
  "all bytes of it are the key: %j",
  async (text) => {
    expect(new TextDecoder().decode(await keyOf(text))).toBe(text);
  },
);

describe("no key", () => {
  test.each([
    ["", "0"],
    ["x".repeat(15), "15"],
    ["x".repeat(65), "more"],
  ])("%j", async (text, got) => {
    const message = new RegExp(`^the key file ".+": expected 16 to 64 bytes; got ${got}$`);
    await expect(keyOf(text)).rejects.toMatchObject({
      code: "UDP_BAD_OPTION",
      message: expect.stringMatching(message),
    });
  });

  test("a file without an end", async () => {
    await expect(readKeyFile("/dev/zero")).rejects.toThrow("expected 16 to 64 bytes; got more");
  });

  test.each([
    ["/no/key", 'cannot read the key file "/no/key": no such file or directory'],
    ["/", 'cannot read the key file "/": illegal operation on a directory'],
  ])("%s", async (path, message) => {
    await expect(readKeyFile(path)).rejects.toThrow(message);
  });
});
