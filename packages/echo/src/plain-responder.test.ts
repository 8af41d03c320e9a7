import { describe, expect, test } from "bun:test";
import { ArrivalReader, UNKNOWN_CLOCK } from "@udp/core";
import fc from "fast-check";
import { PlainResponder } from "./plain-responder.ts";
import { MAX_REPLY_BYTES } from "./responder.ts";

const CLIENT = { address: "192.0.2.7", port: 40_831 };
const wallClock = { unixNowNs: () => 0n, status: () => UNKNOWN_CLOCK };
const socketCounts = () => ({ receivedCount: 0, droppedCount: undefined, unsentCount: 0 });
const reply = new Uint8Array(MAX_REPLY_BYTES);

function respond(mode: "length" | "echo", request: Uint8Array): Uint8Array {
  const responder = new PlainResponder(mode, { wallClock, socketCounts });
  const arrived = new ArrivalReader().read(request, CLIENT);
  return reply.subarray(0, responder.answer(arrived, reply, 0));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe("length", () => {
  test("counts bytes, not characters", () => {
    const answers = ["", "The time is 你好", "x"].map((text) =>
      new TextDecoder().decode(respond("length", bytes(text))),
    );
    expect(answers).toEqual([
      "Your data was 0 bytes long",
      "Your data was 18 bytes long",
      "Your data was 1 bytes long",
    ]);
  });
});

test("property: echo gives back the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (request) => {
      expect(respond("echo", request)).toEqual(request);
    }),
  );
});

test("what it sends itself is its own, in each mode", () => {
  const own = (mode: "length" | "echo"): boolean[] => {
    const responder = new PlainResponder(mode, { wallClock, socketCounts });
    const answers = ["Your data was 5 bytes long", "hello"].map(bytes);
    return answers.map((payload) => responder.isOwnReply(payload));
  };
  expect([own("length"), own("echo")]).toEqual([
    [true, false],
    [false, false],
  ]);
});
