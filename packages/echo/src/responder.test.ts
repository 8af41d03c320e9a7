import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReplyMode } from "./responder.ts";
import { MAX_REPLY_BYTES, responders } from "./responder.ts";

const reply = new Uint8Array(MAX_REPLY_BYTES);

function respond(mode: ReplyMode, request: Uint8Array): Uint8Array {
  return reply.subarray(0, responders[mode](request, reply));
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
