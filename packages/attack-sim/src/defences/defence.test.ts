import { expect, test } from "bun:test";
import { KNOWN_PORT } from "./client-ports.ts";
import { combine, DEFENCES, PRESETS, parseCombination } from "./defence.ts";

const BAD_OPTION = expect.objectContaining({ code: "UDP_BAD_OPTION" });

test("none is no defence at all", () => {
  const { name, rules } = parseCombination("none");
  expect([name, Object.values(rules).filter(Boolean)]).toEqual(["none", [KNOWN_PORT]]);
});

test("defences are named in one order, whatever order they are given in", () => {
  expect(parseCombination("patience+id-16+source-check").name).toBe("source-check+id-16+patience");
});

test("each defence changes something", () => {
  const bare = combine([]).rules;
  const idle = DEFENCES.filter((defence) => Bun.deepEquals(combine([defence]).rules, bare));
  expect(idle).toEqual([]);
});

test("a preset has a name of its own, and the rules of its parts", () => {
  for (const [name, parts] of PRESETS) {
    expect(parseCombination(name)).toEqual({ name, rules: combine(parts).rules });
  }
});

test.each(["", "sourcecheck", "none+patience", "patience+", "toString", "id-8+id-16"])(
  "%p is none",
  (text) => {
    expect(() => parseCombination(text)).toThrow(BAD_OPTION);
  },
);
