import type { Endpoint } from "@udp/core";
import { formatEndpoint, printable, printableText } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { counted, tally } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { Announcement } from "../announcement.ts";
import type { HeardDatagram } from "../arrival.ts";
import type {
  HeardDocument,
  ListeningDocument,
  MembershipDocument,
  QueryDocument,
  SummaryDocument,
} from "../documents.ts";
import type { MembershipChange } from "../group-keeper.ts";
import { hearsBroadcasts } from "../listener.ts";
import type { ResponderCounters, SilenceReason } from "../responder-counters.ts";

const schema = "udp-broadcast/1";

/** @param announcement what it answers; `undefined` where it answers nobody. */
export function listening(
  local: Endpoint,
  announcement: Announcement | undefined,
): Rendering<ListeningDocument> {
  const where = formatEndpoint(local);
  return {
    text: () => `Listening for datagrams at ${where}${answering(announcement)}`,
    document: () => ({
      schema,
      kind: "listening",
      local: where,
      hearsBroadcasts: hearsBroadcasts(local.address),
      announcement: announcement ?? null,
    }),
  };
}

function answering(announcement: Announcement | undefined): string {
  return announcement === undefined
    ? ""
    : `\nAnswering those who ask who is there, as ${printableText(announcement.name)} at port ${announcement.port}`;
}

/** What a server at an address of one host does not hear. */
export function deafness({ address }: Endpoint): string {
  const all = address.includes(":") ? "::" : "0.0.0.0";
  return `a server at ${address} hears what is sent to that address alone; listen at ${all} to hear all broadcasts`;
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

/** @param unshownCount queries met by the same silence that were not shown before this one. */
export function query(
  asked: HeardDatagram,
  silence: SilenceReason | undefined,
  unshownCount: number,
): Rendering<QueryDocument> {
  const client = formatEndpoint(asked.from);
  const others = unshownCount > 0 ? `, as ${unshownCount} before` : "";
  const fate = silence === undefined ? "" : `; not answered: ${silence}${others}`;
  return {
    text: () => `The client at ${client} asks who is there${arrival(asked)}${fate}`,
    document: () => ({
      schema,
      kind: "query",
      client,
      interface: asked.interfaceName ?? null,
      destination: asked.destination ?? null,
      silence: silence ?? null,
      unshownCount,
    }),
  };
}

const CHANGES: Readonly<Record<MembershipChange["type"], string>> = {
  joined: "Joined",
  left: "Left",
  failed: "Not joined:",
};

export function membership({
  type,
  membership: { group, interfaceName },
  error,
}: MembershipChange): Rendering<MembershipDocument> {
  const from = group.source === undefined ? "" : ` from ${group.source}`;
  return {
    text: () => `${CHANGES[type]} ${group.address}${from} at ${interfaceName}`,
    document: () => ({
      schema,
      kind: "membership",
      type,
      group: group.address,
      source: group.source ?? null,
      interface: interfaceName,
      error: error?.code ?? null,
    }),
  };
}

/** @param counters of a server that answers. */
export function summary(
  receivedCount: number,
  counters: ResponderCounters | undefined,
  droppedLineCount: number,
): Rendering<SummaryDocument> {
  const left =
    droppedLineCount > 0 ? `\nLines left out for a slow reader: ${droppedLineCount}` : "";
  return {
    text: () => `Received ${counted(receivedCount, "datagram")}${answers(counters)}${left}`,
    document: () => ({
      schema,
      kind: "summary",
      receivedCount,
      answers: counters === undefined ? null : answersDocument(counters),
      droppedLineCount,
    }),
  };
}

function answers(counters: ResponderCounters | undefined): string {
  if (counters === undefined) return "";
  const { answeredCount, unsentCount, crowdedOutCount } = counters;
  const lost = unsentCount + crowdedOutCount;
  const notSent = lost > 0 ? `\nAnswers that were not sent: ${lost}` : "";
  const silences = allSilences(counters);
  return `\nAnswered ${answeredCount}\nNot answered: ${tally(silences)}${notSent}`;
}

function answersDocument(counters: ResponderCounters): SummaryDocument["answers"] {
  const { answeredCount, unsentCount, crowdedOutCount } = counters;
  return { answeredCount, unsentCount, crowdedOutCount, silences: allSilences(counters) };
}

function allSilences({ silences }: ResponderCounters): Record<SilenceReason, number> {
  const { refusals, ...others } = silences;
  return { ...others, ...refusals };
}

function arrival({ interfaceName, destination }: HeardDatagram): string {
  if (interfaceName === undefined || destination === undefined) return "";
  return ` (at ${interfaceName}, to ${destination})`;
}
