import { expect, test } from "bun:test";
import { UdpError } from "./errors.ts";

class LessonError extends UdpError<"LESSON_OVER"> {}

test("an error is named after its class, and keeps its code and cause", () => {
  const cause = new Error("why");
  const error = new LessonError("LESSON_OVER", "the lesson is over", { cause });
  expect({ text: String(error), code: error.code, cause: error.cause }).toEqual({
    text: "LessonError: the lesson is over",
    code: "LESSON_OVER",
    cause,
  });
  expect(String(new UdpError("UDP_CLOSED", "closed"))).toBe("UdpError: closed");
});
