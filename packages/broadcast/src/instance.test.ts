import { expect, test } from "bun:test";
import { createInstance, INSTANCE_BYTES, isSecretOf } from "./instance.ts";

const bytes = (value: number) => (count: number) => new Uint8Array(count).fill(value);

test("an instance is known by its identifier, and proved by its secret alone", () => {
  const { id, secret } = createInstance(bytes(1));
  const other = createInstance(bytes(2));
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect([
    isSecretOf(id, secret),
    isSecretOf(id, other.secret),
    isSecretOf(other.id, secret),
    isSecretOf(id, Buffer.from(id, "hex")),
    isSecretOf("", secret),
  ]).toEqual([true, false, false, false, false]);
});

test("the secret is a copy of its own", () => {
  const source = new Uint8Array(INSTANCE_BYTES);
  const { id, secret } = createInstance(() => source);
  source.fill(9);
  expect(isSecretOf(id, secret)).toBe(true);
});
