import { afterEach, expect, test } from "bun:test";
import { readStampKey } from "./stamp-key.ts";

const IN_VARIABLE = "of the environment";

afterEach(() => {
  delete Bun.env.UDP_STAMP_KEY;
});

test("no key, where none is given", async () => {
  expect(await readStampKey(undefined)).toBeUndefined();
});

test("the key of the environment", async () => {
  Bun.env.UDP_STAMP_KEY = IN_VARIABLE;
  expect(new TextDecoder().decode(await readStampKey(undefined))).toBe(IN_VARIABLE);
});

test("a file is what counts where both are given, and must be there", async () => {
  Bun.env.UDP_STAMP_KEY = IN_VARIABLE;
  await expect(readStampKey("/no/key")).rejects.toMatchObject({ code: "UDP_BAD_OPTION" });
});
