import { describe, expect, test } from "bun:test";
import { seededRandom } from "@udp/core";
import type { ClientObservation } from "./client-grade.ts";
import { gradeClient } from "./client-grade.ts";

const random = seededRandom(1);

function draw(count: number): number[] {
  return Array.from({ length: 26 }, () => Math.floor(random() * count));
}

const CAREFUL: ClientObservation = {
  ports: draw(28_232),
  ids: draw(65_536),
  idBits: 16,
  reactions: {
    "other-port": "waited",
    "other-address": "waited",
    "wrong-id": "waited",
    "earlier-answer": "waited",
  },
  showsDuplicates: false,
};

test("a careful client needs no advice", () => {
  const { grade, findings, unpredictableBits } = gradeClient(CAREFUL);
  expect([grade, findings.filter(({ advice }) => advice !== undefined)]).toEqual(["GREAT", []]);
  expect(unpredictableBits).toBeGreaterThan(28);
});

describe("one fault is enough", () => {
  test.each<[string, Partial<ClientObservation>, string]>([
    ["a deceit that is believed", { reactions: { "other-port": "believed" } }, "POOR"],
    ["giving up", { reactions: { ...CAREFUL.reactions, "other-port": "gave-up" } }, "GOOD"],
    ["an answer taken twice", { showsDuplicates: true }, "GOOD"],
    ["one port, and no id", { ports: [40_000, 40_000], ids: [] }, "POOR"],
  ])("%s", (_what, fault, grade) => {
    const graded = gradeClient({ ...CAREFUL, ...fault });
    expect(graded.grade).toBe(grade as typeof graded.grade);
    expect(graded.findings.some(({ advice }) => advice !== undefined)).toBe(true);
  });
});

test("an id makes up for the port where it is checked, and only there", () => {
  const onePort = { ...CAREFUL, ports: [40_000, 40_000] };
  const believing = { ...onePort, reactions: { ...CAREFUL.reactions, "wrong-id": "believed" } };
  const bits = [onePort, believing as ClientObservation].map(
    (observation) => gradeClient(observation).unpredictableBits,
  );
  expect(bits.map(Math.round)).toEqual([16, 0]);
});

test("what counts up is not to be guessed", () => {
  const counting = {
    ...CAREFUL,
    ids: Array.from({ length: 26 }, (_, index) => index),
    ports: [9, 9],
  };
  const [, id] = gradeClient(counting).findings;
  expect(id).toMatchObject({
    what: "id",
    grade: "POOR",
    seen: expect.stringContaining("counting"),
  });
});
