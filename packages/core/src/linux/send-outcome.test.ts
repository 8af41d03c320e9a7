import { describe, expect, test } from "bun:test";
import { outcomeOf } from "./send-outcome.ts";

const to = { address: "192.0.2.9", port: 1060 };

function failure(code: string): Error {
  return Object.assign(new Error(`sendmsg: ${code}`), { code });
}

describe("outcomeOf", () => {
  test.each([
    ["EAGAIN", "would-block"],
    ["ENOBUFS", "would-block"],
    ["EMSGSIZE", "too-large"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["EADDRNOTAVAIL", "unreachable"],
    ["EINVAL", "unreachable"],
    ["ENODEV", "unreachable"],
    ["EACCES", "not-permitted"],
    ["EPERM", "not-permitted"],
  ] as const)("%s is %s", (code, outcome) => {
    expect(outcomeOf(failure(code), to)).toBe(outcome);
  });

  test("what has no word is thrown", () => {
    expect(() => outcomeOf(failure("ENOMEM"), to)).toThrow(
      expect.objectContaining({ code: "UDP_SYSTEM" }),
    );
  });
});
