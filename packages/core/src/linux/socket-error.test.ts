import { expect, test } from "bun:test";
import type { ExtendedError } from "./extended-error.ts";
import { describeError } from "./socket-error.ts";

const destination = { address: "192.0.2.9", port: 1060 };
const quotedPayload = Uint8Array.of(1, 2, 3);
const TOO_BIG: ExtendedError = {
  errno: 90,
  origin: "icmp",
  type: 3,
  code: 4,
  info: 1300,
  offender: "192.0.2.2",
};

test.skipIf(process.platform !== "linux")("Packet Too Big", () => {
  expect(describeError(TOO_BIG, destination, quotedPayload)).toEqual({
    kind: "icmp",
    name: "EMSGSIZE",
    type: 3,
    code: 4,
    mtuBytes: 1300,
    offender: "192.0.2.2",
    destination,
    quotedPayload,
  });
});

test.each([
  ["that an old router left out", { info: 0 }],
  ["of another error", { errno: 113, type: 11, code: 0, info: 1300 }],
])("no MTU %s", (_title, part) => {
  const { mtuBytes } = describeError({ ...TOO_BIG, ...part }, destination, quotedPayload);
  expect(mtuBytes).toBeUndefined();
});
