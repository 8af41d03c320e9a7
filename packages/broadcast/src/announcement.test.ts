import { describe, expect, test } from "bun:test";
import type { Announcement } from "./announcement.ts";
import { checkAnnouncement, infoBytes } from "./announcement.ts";

const ROOM = 100;
const GOOD: Announcement = { name: "printer", port: 1060, ttlSeconds: 120, info: { v: "1" } };

describe("an announcement", () => {
  test.each<[string, Partial<Announcement>]>([
    ["a common one", {}],
    ["the longest name", { name: "é".repeat(31) }],
    ["as much info as there is room for", { info: { k: "x".repeat(ROOM - 3) } }],
    ["a key without a value", { info: { k: "" } }],
  ])("is taken: %s", (_what, part) => {
    expect(() => checkAnnouncement({ ...GOOD, ...part }, ROOM)).not.toThrow();
  });

  test.each<[string, Partial<Announcement>]>([
    ["name: expected text of 1 to 63 bytes in UTF-8; got ", { name: "" }],
    ["name: expected text of 1 to 63 bytes", { name: "é".repeat(32) }],
    ["name: expected text", { name: "\ud800" }],
    ["port: expected a whole number from 1 to 65535", { port: 0 }],
    ["ttlSeconds: expected a whole number from 1 to 86400", { ttlSeconds: 0 }],
    ["info: key: expected text of 1 to 255 bytes", { info: { "": "1" } }],
    ["info: key: expected no =; got a=b", { info: { "a=b": "1" } }],
    ["info: k: expected text of 0 to 255 bytes", { info: { k: "x".repeat(256) } }],
    [
      "info: expected at most 100 bytes beside this name, two for each entry included; got 101",
      { info: { k: "x".repeat(ROOM - 2) } },
    ],
  ])("is refused: %s", (message, part) => {
    expect(() => checkAnnouncement({ ...GOOD, ...part }, ROOM)).toThrow(message);
  });
});

test("info takes two bytes for each entry besides its texts", () => {
  expect([infoBytes({}), infoBytes({ v: "1", é: "" })]).toEqual([0, 8]);
});
