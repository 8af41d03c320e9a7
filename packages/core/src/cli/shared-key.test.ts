import { afterEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeyFile, readKeyVariable } from "./shared-key.ts";

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

describe("no key in a file", () => {
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

describe("a variable of the environment", () => {
  const NAME = "UDP_TEST_KEY";
  afterEach(() => {
    delete Bun.env[NAME];
  });

  test.each(["0123456789abcdef", "ein schöner Schlüssel\n"])("holds a key: %j", (text) => {
    Bun.env[NAME] = text;
    expect(new TextDecoder().decode(readKeyVariable(NAME))).toBe(text);
  });

  test("that is not there holds none", () => {
    expect(readKeyVariable(NAME)).toBeUndefined();
  });

  test.each([
    ["", "0"],
    ["fifteen bytes..", "15"],
    ["x".repeat(65), "more"],
  ])("is not a key: %j", (text, got) => {
    Bun.env[NAME] = text;
    expect(() => readKeyVariable(NAME)).toThrow(
      `the environment variable ${NAME}: expected 16 to 64 bytes; got ${got}`,
    );
  });
});
