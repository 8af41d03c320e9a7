import type { Endpoint } from "@udp/core";
import { formatEndpoint, printable } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { HeardDatagram } from "../arrival.ts";
import type { HeardDocument, ListeningDocument, SummaryDocument } from "../documents.ts";
import { hearsBroadcasts } from "../listener.ts";

const schema = "udp-broadcast/1";

export function listening(local: Endpoint): Rendering<ListeningDocument> {
  const where = formatEndpoint(local);
  return {
    text: () => `Listening for datagrams at ${where}`,
    document: () => ({
      schema,
      kind: "listening",
      local: where,
      hearsBroadcasts: hearsBroadcasts(local.address),
    }),
  };
}

/** What a server at an address of one host does not hear. */
export function deafness({ address }: Endpoint): string {
  const all = address.includes(":") ? "::" : "0.0.0.0";
  return `broadcasts do not reach a server at ${address}; listen at ${all} to hear them`;
}

export function heard(datagram: HeardDatagram): Rendering<HeardDocument> {
  const { payload, from, interfaceName, destination } = datagram;
  const client = formatEndpoint(from);
  return {
    text: () => `The client at ${client} says: ${printable(payload)}${arrival(datagram)}`,
    document: () => ({
      schema,
      kind: "heard",
      client,
      interface: interfaceName ?? null,
      destination: destination ?? null,
      payload: payloadDocument(payload),
    }),
  };
}

export function summary(
  receivedCount: number,
  droppedLineCount: number,
): Rendering<SummaryDocument> {
  const left =
    droppedLineCount > 0 ? `\nLines left out for a slow reader: ${droppedLineCount}` : "";
  return {
    text: () => `Received ${counted(receivedCount, "datagram")}${left}`,
    document: () => ({ schema, kind: "summary", receivedCount, droppedLineCount }),
  };
}

function arrival({ interfaceName, destination }: HeardDatagram): string {
  if (interfaceName === undefined || destination === undefined) return "";
  return ` (at ${interfaceName}, to ${destination})`;
}
