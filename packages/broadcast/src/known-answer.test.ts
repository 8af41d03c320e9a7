import { expect, test } from "bun:test";
import { knownAnswer } from "./known-answer.ts";

const ID = "00010203fffefdfc8081828340414243";

test("each of four rounds has a quarter of the identifier of its own", () => {
  const rounds = [1, 2, 3, 4, 5].map((round) => knownAnswer(ID, round));
  expect(rounds).toEqual([
    0xff_fe_fd_fc, 0x80_81_82_83, 0x40_41_42_43, 0x00_01_02_03, 0xff_fe_fd_fc,
  ]);
});
