import { expect, test } from "bun:test";
import type { EchoRules } from "./echo-rules.ts";
import { checkEchoRules } from "./echo-rules.ts";

const KEY = new Uint8Array(16);

test.each<[EchoRules]>([
  [{}],
  [{ reply: "stamp" }],
  [{ reply: "stamp", key: KEY, isStateful: true }],
  [{ ratePerSource: "none", rateTotal: 0.5, allowedPeers: ["::1"], allowedSourcePorts: [7] }],
])("rules that a session takes: %p", (rules) => {
  expect(() => checkEchoRules(rules)).not.toThrow();
});

test.each<[EchoRules, string]>([
  [{ reply: "stamp", key: new Uint8Array(15) }, "UDP_BAD_OPTION"],
  [{ ratePerSource: 0 }, "UDP_BAD_OPTION"],
  [{ rateTotal: -1 }, "UDP_BAD_OPTION"],
  [{ allowedSourcePorts: [0] }, "UDP_BAD_PORT"],
  [{ allowedPeers: ["nobody"] }, "UDP_BAD_ADDRESS"],
])("rules that it does not take: %p", (rules, code) => {
  expect(() => checkEchoRules(rules)).toThrow(expect.objectContaining({ code }));
});
