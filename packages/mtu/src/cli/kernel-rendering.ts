import { formatEndpoint, printableLine } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import type { BeliefDocument, KernelDocument } from "../documents.ts";
import type { KernelBelief, KernelView } from "../kernel-view.ts";
import type { TargetKernelView } from "../view-kernel.ts";

/** The answer of the original lesson, in its words. */
export function kernelReport(view: TargetKernelView): Rendering<KernelDocument> {
  const { outcome, kernelMtuBytes, target, family, payloadBytes } = view;
  return {
    text: () =>
      outcome === "sent"
        ? "The big datagram was sent!"
        : `Alas, the datagram did not make it\nActual MTU: ${kernelMtuBytes}`,
    document: () => ({
      schema: "udp-mtu/1",
      kind: "kernel",
      target: formatEndpoint(target),
      family,
      payloadBytes,
      outcome,
      believed: beliefDocument(view),
    }),
  };
}

/** What that is worth: one line, and another one where it was not the size that kept the datagram. */
export function provenance(view: TargetKernelView): string {
  const { outcome, target, kernelMtuBytes } = view;
  const lines = [
    `The kernel believes ${kernelMtuBytes} bytes, ${origin(view)}; \`udp-mtu discover ${target.address}\` measures`,
  ];
  const obstacle = OBSTACLES[outcome];
  if (obstacle !== undefined) lines.unshift(`It was not for its size: ${obstacle}`);
  if (outcome === "sent") lines.unshift("Whether it arrived nobody has said");
  return lines.join("\n");
}

/** Where the kernel has its number from, to stand behind it. */
export function origin(view: KernelBelief): string {
  const beside = `interface ${printableLine(view.interfaceName)} (${view.interfaceMtuBytes})`;
  switch (view.origin) {
    case "interface":
      return `from interface ${printableLine(view.interfaceName)}`;
    case "route":
      return `from the route over ${beside}`;
    case "packet-too-big":
      return `from a Packet Too Big${age(view)} over ${beside}`;
  }
}

export function beliefDocument(view: KernelBelief): BeliefDocument {
  return {
    mtuBytes: view.kernelMtuBytes,
    origin: view.origin,
    interfaceName: view.interfaceName,
    interfaceMtuBytes: view.interfaceMtuBytes,
    ageMs: view.ageMs ?? null,
    expiresInMs: view.expiresInMs ?? null,
  };
}

const OBSTACLES: Readonly<Partial<Record<KernelView["outcome"], string>>> = {
  "would-block": "the queue of the interface is full",
  refused: "nothing listens there",
  unreachable: "no way leads there",
  "not-permitted": "a rule of this host forbids it",
};

function age({ ageMs, expiresInMs }: KernelBelief): string {
  const words = [
    ...(ageMs === undefined ? [] : [`heard ${seconds(ageMs)} ago`]),
    ...(expiresInMs === undefined ? [] : [`forgotten in ${seconds(expiresInMs)}`]),
  ];
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
