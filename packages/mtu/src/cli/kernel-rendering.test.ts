import { expect, test } from "bun:test";
import type { TargetKernelView } from "../view-kernel.ts";
import { kernelReport, provenance } from "./kernel-rendering.ts";

const VIEW: TargetKernelView = {
  target: { address: "10.77.3.2", port: 1060 },
  family: 4,
  payloadBytes: 65_536,
  outcome: "too-large",
  kernelMtuBytes: 1500,
  origin: "interface",
  interfaceName: "e0",
  interfaceMtuBytes: 1500,
  expiresInMs: undefined,
  ageMs: undefined,
};

const NARROW = { ...VIEW, kernelMtuBytes: 1280 };

test.each<[TargetKernelView, string]>([
  [VIEW, "1500 bytes, from interface e0"],
  [{ ...NARROW, origin: "route" }, "1280 bytes, from the route over interface e0 (1500)"],
  [
    { ...NARROW, origin: "packet-too-big", ageMs: 12_400, expiresInMs: 587_600 },
    "1280 bytes, from a Packet Too Big (heard 12 s ago, forgotten in 588 s) over interface e0 (1500)",
  ],
  [
    { ...NARROW, origin: "packet-too-big" },
    "1280 bytes, from a Packet Too Big over interface e0 (1500)",
  ],
  [{ ...VIEW, interfaceName: "e\u001b[2J" }, "1500 bytes, from interface e\\x1b[2J"],
])("where the kernel has it from: %#", (view, belief) => {
  expect(provenance(view)).toBe(
    `The kernel believes ${belief}; \`udp-mtu discover 10.77.3.2\` measures`,
  );
});

test.each([
  ["sent", "The big datagram was sent!", "Whether it arrived nobody has said"],
  [
    "unreachable",
    "Alas, the datagram did not make it\nActual MTU: 1500",
    "It was not for its size: no way leads there",
  ],
] as const)("%s", (outcome, text, remark) => {
  const view = { ...VIEW, outcome };
  expect([kernelReport(view).text(), provenance(view).split("\n")[0]]).toEqual([text, remark]);
});
