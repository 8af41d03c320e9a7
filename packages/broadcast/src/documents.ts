/** The JSON documents that `udp-broadcast` writes with `--json`: their types, and schemas that check them. */

import type { Document, ErrorDocument, PayloadDocument } from "@udp/core/documents";
import {
  countSchema,
  endpointSchema,
  errorSchema,
  payloadSchema,
  refusalReasons,
} from "@udp/core/documents";
import * as v from "valibot";
import type { Method, SkipReason } from "./destination.ts";
import type { DisbeliefReason } from "./discovery-counters.ts";
import type { MembershipChange } from "./group-keeper.ts";
import type { CheckReason } from "./path-check.ts";
import type { SilenceReason } from "./responder-counters.ts";
import type { DiscoveryEventType } from "./responder-table.ts";

type BroadcastSchema = "udp-broadcast/1";

const schema = v.literal("udp-broadcast/1");

/** The server listens. */
export interface ListeningDocument extends Document<BroadcastSchema, "listening"> {
  /** Where, as `0.0.0.0:1060` or `[::]:1060`. */
  readonly local: string;
  /** Whether broadcasts reach it there. */
  readonly hearsBroadcasts: boolean;
  /** What it says to those who ask who is there; null where it answers nobody. */
  readonly announcement: AnnouncementDocument | null;
}

/** What a responder says of itself. */
export interface AnnouncementDocument {
  readonly name: string;
  /** Of the service, 1 to 65535. */
  readonly port: number;
  /** How long this is to be believed. */
  readonly ttlSeconds: number;
  readonly info: Readonly<Record<string, string>>;
}

/** A group was joined at an interface, or left, or could not be joined. */
export interface MembershipDocument extends Document<BroadcastSchema, "membership"> {
  readonly type: MembershipChange["type"];
  readonly group: string;
  /** The only host that is heard; null for all. */
  readonly source: string | null;
  readonly interface: string;
  /** Why it was not joined; null where it was. */
  readonly error: string | null;
}

/** Somebody asks who is there. */
export interface QueryDocument extends Document<BroadcastSchema, "query"> {
  /** Who, as `10.77.0.1:39989`. */
  readonly client: string;
  readonly interface: string | null;
  readonly destination: string | null;
  /** Why there is no answer; null where there is one. */
  readonly silence: SilenceReason | null;
  /** Queries that are not shown before this one, of this silence. */
  readonly unshownCount: number;
}

/** The server heard a datagram. */
export interface HeardDocument extends Document<BroadcastSchema, "heard"> {
  /** Who sent it, as `10.77.0.1:39989`. */
  readonly client: string;
  /** The interface at which it came in; null where the kernel does not tell. */
  readonly interface: string | null;
  /** The address that it was sent to; null where the kernel does not tell. */
  readonly destination: string | null;
  readonly payload: PayloadDocument;
}

/** What the server has heard, at its end. */
export interface SummaryDocument extends Document<BroadcastSchema, "summary"> {
  readonly receivedCount: number;
  /** What it answered; null where it answers nobody. */
  readonly answers: AnswersDocument | null;
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

/** What a server that answers has done. */
export interface AnswersDocument {
  readonly answeredCount: number;
  /** Answers that the system did not take. */
  readonly unsentCount: number;
  /** Answers that were given up, since more queries came than are remembered. */
  readonly crowdedOutCount: number;
  /** What was not answered, by reason; `foreign` is what was no query. */
  readonly silences: Readonly<Record<SilenceReason, number>>;
}

/** One datagram of the client. */
export interface SentDocument {
  readonly method: Method;
  /** As `10.77.0.255:1060`. */
  readonly to: string;
  /** The interface; null where the routes decided. */
  readonly interface: string | null;
  /** Where it was sent from; null where it was not sent. */
  readonly from: string | null;
  /** Why the system did not take it, as a code; null where it did. */
  readonly error: string | null;
}

/** What the client has sent where. */
export interface BeaconDocument extends Document<BroadcastSchema, "beacon"> {
  readonly payload: PayloadDocument;
  readonly sent: readonly SentDocument[];
  readonly skipped: readonly { readonly interface: string; readonly reason: SkipReason }[];
}

/** An interface of this host. */
export interface InterfaceDocument {
  readonly name: string;
  readonly isUp: boolean;
  readonly hasBroadcast: boolean;
  readonly hasMulticast: boolean;
  readonly isPointToPoint: boolean;
  readonly isLoopback: boolean;
  /** null where the system does not tell. */
  readonly mtuBytes: number | null;
  readonly addresses: readonly {
    readonly address: string;
    readonly prefixLength: number;
    readonly broadcast: string | null;
  }[];
  /** Why `client` and `discover` leave it out where no network is named; null where they use it. */
  readonly skipped: SkipReason | null;
}

/** All interfaces of this host. */
export interface InterfacesDocument extends Document<BroadcastSchema, "interfaces"> {
  readonly interfaces: readonly InterfaceDocument[];
}

/** Somebody was found, or has changed or gone. */
export interface ResponderDocument extends Document<BroadcastSchema, "responder"> {
  readonly event: DiscoveryEventType;
  readonly name: string;
  /** Of the service, as `10.77.0.2:1060`. */
  readonly endpoint: string;
  /** The same at all addresses that answered, that one included. */
  readonly endpoints: readonly string[];
  /** By which its first answer came; null where that is not known. */
  readonly interface: string | null;
  /** The shortest round trip time, less what the responder held the query. */
  readonly rttMs: number;
  /** By which ways it was reached. */
  readonly paths: readonly PathDocument[];
  readonly ttlSeconds: number;
  readonly info: Readonly<Record<string, string>>;
}

/** A way to everyone on a network, or to one. */
export interface PathDocument {
  readonly method: Method;
  readonly address: string;
  /** null where the routes decide. */
  readonly interface: string | null;
}

/** What a discovery has done. */
export interface DiscoveryDocument extends Document<BroadcastSchema, "discovery"> {
  /** Those who are there at its end. */
  readonly responderCount: number;
  readonly roundCount: number;
  readonly queryCount: number;
  readonly paths: readonly (PathDocument & {
    /** Queries that the system took. */
    readonly sentCount: number;
    /** Why it did not take the last one, as a code; null where it did. */
    readonly error: string | null;
    /** Those who are there and were reached by it. */
    readonly responderCount: number;
  })[];
  readonly skipped: readonly { readonly interface: string; readonly reason: SkipReason }[];
  /** What came to the socket and was not believed, by reason. */
  readonly disbelieved: Readonly<Record<DisbeliefReason, number>>;
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

/** Which ways reach everyone, and why others do not. */
export interface CheckDocument extends Document<BroadcastSchema, "check"> {
  /** Responders on other hosts; where there is none, nothing is known of the ways. */
  readonly responderCount: number;
  readonly paths: readonly {
    readonly method: Method;
    readonly address: string | null;
    /** null where the routes decide. */
    readonly interface: string | null;
    readonly works: boolean;
    readonly responderCount: number;
    /** Why it does not work; null where it does. */
    readonly reason: CheckReason | null;
  }[];
}

const methods: readonly Method[] = ["limited", "directed", "group", "unicast"];

const skipReasons: readonly SkipReason[] = [
  "down",
  "loopback",
  "point-to-point",
  "no-broadcast",
  "no-multicast",
  "no-address",
  "large-network",
];

const faults = ["foreign", "other-version", "malformed"] as const;

const silenceReasons: readonly SilenceReason[] = [
  ...faults,
  "not-a-query",
  "other-network",
  "known",
  "duplicate",
  ...refusalReasons,
];

const disbeliefReasons: readonly DisbeliefReason[] = [
  ...faults,
  "not-an-answer",
  "other-query",
  "never-asked",
  "off-link",
  "after-goodbye",
  "idle-goodbye",
  "overflow",
];

const checkReasons: readonly CheckReason[] = [
  ...skipReasons,
  "no-route",
  "so-broadcast",
  "reverse-path-filter",
  "not-joined",
  "unknown",
];

const infoSchema = v.record(v.string(), v.string());

const pathFields = {
  method: v.picklist(methods),
  address: v.string(),
  interface: v.nullable(v.string()),
};

const skippedSchema = v.array(
  v.strictObject({ interface: v.string(), reason: v.picklist(skipReasons) }),
);

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
  hearsBroadcasts: v.boolean(),
  announcement: v.nullable(
    v.strictObject({
      name: v.string(),
      port: countSchema,
      ttlSeconds: countSchema,
      info: infoSchema,
    }),
  ),
});

const membershipSchema: v.GenericSchema<unknown, MembershipDocument> = v.strictObject({
  schema,
  kind: v.literal("membership"),
  type: v.picklist(["joined", "left", "failed"]),
  group: v.string(),
  source: v.nullable(v.string()),
  interface: v.string(),
  error: v.nullable(v.string()),
});

const querySchema: v.GenericSchema<unknown, QueryDocument> = v.strictObject({
  schema,
  kind: v.literal("query"),
  client: endpointSchema,
  interface: v.nullable(v.string()),
  destination: v.nullable(v.string()),
  silence: v.nullable(v.picklist(silenceReasons)),
  unshownCount: countSchema,
});

const heardSchema: v.GenericSchema<unknown, HeardDocument> = v.strictObject({
  schema,
  kind: v.literal("heard"),
  client: endpointSchema,
  interface: v.nullable(v.string()),
  destination: v.nullable(v.string()),
  payload: payloadSchema,
});

const summarySchema: v.GenericSchema<unknown, SummaryDocument> = v.strictObject({
  schema,
  kind: v.literal("summary"),
  receivedCount: countSchema,
  answers: v.nullable(
    v.strictObject({
      answeredCount: countSchema,
      unsentCount: countSchema,
      crowdedOutCount: countSchema,
      silences: v.strictObject(v.entriesFromList(silenceReasons, countSchema)),
    }),
  ),
  droppedLineCount: countSchema,
});

const beaconSchema: v.GenericSchema<unknown, BeaconDocument> = v.strictObject({
  schema,
  kind: v.literal("beacon"),
  payload: payloadSchema,
  sent: v.array(
    v.strictObject({
      method: v.picklist(methods),
      to: endpointSchema,
      interface: v.nullable(v.string()),
      from: v.nullable(endpointSchema),
      error: v.nullable(v.string()),
    }),
  ),
  skipped: skippedSchema,
});

const responderSchema: v.GenericSchema<unknown, ResponderDocument> = v.strictObject({
  schema,
  kind: v.literal("responder"),
  event: v.picklist(["found", "updated", "gone", "expired"]),
  name: v.string(),
  endpoint: endpointSchema,
  endpoints: v.array(endpointSchema),
  interface: v.nullable(v.string()),
  rttMs: v.pipe(v.number(), v.minValue(0)),
  paths: v.array(v.strictObject(pathFields)),
  ttlSeconds: countSchema,
  info: infoSchema,
});

const discoverySchema: v.GenericSchema<unknown, DiscoveryDocument> = v.strictObject({
  schema,
  kind: v.literal("discovery"),
  responderCount: countSchema,
  roundCount: countSchema,
  queryCount: countSchema,
  paths: v.array(
    v.strictObject({
      ...pathFields,
      sentCount: countSchema,
      error: v.nullable(v.string()),
      responderCount: countSchema,
    }),
  ),
  skipped: skippedSchema,
  disbelieved: v.strictObject(v.entriesFromList(disbeliefReasons, countSchema)),
  droppedLineCount: countSchema,
});

const checkSchema: v.GenericSchema<unknown, CheckDocument> = v.strictObject({
  schema,
  kind: v.literal("check"),
  responderCount: countSchema,
  paths: v.array(
    v.strictObject({
      ...pathFields,
      address: v.nullable(v.string()),
      works: v.boolean(),
      responderCount: countSchema,
      reason: v.nullable(v.picklist(checkReasons)),
    }),
  ),
});

const interfacesSchema: v.GenericSchema<unknown, InterfacesDocument> = v.strictObject({
  schema,
  kind: v.literal("interfaces"),
  interfaces: v.array(
    v.strictObject({
      name: v.string(),
      isUp: v.boolean(),
      hasBroadcast: v.boolean(),
      hasMulticast: v.boolean(),
      isPointToPoint: v.boolean(),
      isLoopback: v.boolean(),
      mtuBytes: v.nullable(countSchema),
      addresses: v.array(
        v.strictObject({
          address: v.string(),
          prefixLength: countSchema,
          broadcast: v.nullable(v.string()),
        }),
      ),
      skipped: v.nullable(v.picklist(skipReasons)),
    }),
  ),
});

/** A schema of valibot for each kind of document. */
export interface BroadcastDocumentSchemas {
  readonly listening: v.GenericSchema<unknown, ListeningDocument>;
  readonly heard: v.GenericSchema<unknown, HeardDocument>;
  readonly membership: v.GenericSchema<unknown, MembershipDocument>;
  readonly query: v.GenericSchema<unknown, QueryDocument>;
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly beacon: v.GenericSchema<unknown, BeaconDocument>;
  readonly responder: v.GenericSchema<unknown, ResponderDocument>;
  readonly discovery: v.GenericSchema<unknown, DiscoveryDocument>;
  readonly check: v.GenericSchema<unknown, CheckDocument>;
  readonly interfaces: v.GenericSchema<unknown, InterfacesDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<BroadcastSchema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: BroadcastDocumentSchemas = {
  listening: listeningSchema,
  heard: heardSchema,
  membership: membershipSchema,
  query: querySchema,
  summary: summarySchema,
  beacon: beaconSchema,
  responder: responderSchema,
  discovery: discoverySchema,
  check: checkSchema,
  interfaces: interfacesSchema,
  error: errorSchema("udp-broadcast/1"),
};
