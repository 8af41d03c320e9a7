import { formatEndpoint } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { Delivery } from "../beacon.ts";
import type { Plan } from "../destination.ts";
import type { BeaconDocument } from "../documents.ts";
import { SKIPPED } from "../skip-reasons.ts";

/** What was sent where, what was not, and why. */
export function beacon(
  payload: Uint8Array,
  deliveries: readonly Delivery[],
  { skipped }: Plan,
): Rendering<BeaconDocument> {
  return {
    text: () =>
      [...deliveries.map((one) => line(payload, one)), ...skipped.map(skipLine)].join("\n"),
    document: () => ({
      schema: "udp-broadcast/1",
      kind: "beacon",
      payload: payloadDocument(payload),
      sent: deliveries.map(({ destination, to, from, error }) => ({
        method: destination.method,
        to: formatEndpoint(to),
        interface: destination.interfaceName ?? null,
        from: from === undefined ? null : formatEndpoint(from),
        error: error?.code ?? null,
      })),
      skipped: skipped.map(({ interfaceName, reason }) => ({ interface: interfaceName, reason })),
    }),
  };
}

function line(payload: Uint8Array, { destination, to, from, error }: Delivery): string {
  const { interfaceName } = destination;
  const out = interfaceName === undefined ? "" : ` out of ${interfaceName}`;
  const where = `to ${formatEndpoint(to)}${out}`;
  if (from === undefined) return `Not sent ${where}: ${error?.message}`;
  return `Sent ${counted(payload.byteLength, "byte")} from ${formatEndpoint(from)} ${where}`;
}

function skipLine({ interfaceName, reason }: Plan["skipped"][number]): string {
  return `Not sent out of ${interfaceName}: ${SKIPPED[reason]}`;
}
