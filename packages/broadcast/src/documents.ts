/** The JSON documents that `udp-broadcast` writes with `--json`: their types, and schemas that check them. */

import type { Document, ErrorDocument, PayloadDocument } from "@udp/core/documents";
import { countSchema, endpointSchema, errorSchema, payloadSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { Method, SkipReason } from "./destination.ts";

type BroadcastSchema = "udp-broadcast/1";

const schema = v.literal("udp-broadcast/1");

/** The server listens. */
export interface ListeningDocument extends Document<BroadcastSchema, "listening"> {
  /** Where, as `0.0.0.0:1060` or `[::]:1060`. */
  readonly local: string;
  /** Whether broadcasts reach it there. */
  readonly hearsBroadcasts: boolean;
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
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
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

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
  hearsBroadcasts: v.boolean(),
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
  skipped: v.array(v.strictObject({ interface: v.string(), reason: v.picklist(skipReasons) })),
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
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly beacon: v.GenericSchema<unknown, BeaconDocument>;
  readonly interfaces: v.GenericSchema<unknown, InterfacesDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<BroadcastSchema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: BroadcastDocumentSchemas = {
  listening: listeningSchema,
  heard: heardSchema,
  summary: summarySchema,
  beacon: beaconSchema,
  interfaces: interfacesSchema,
  error: errorSchema("udp-broadcast/1"),
};
