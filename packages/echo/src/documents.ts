/** The JSON documents that `udp-echo` writes with `--json`: their types, and schemas that check them. */
import type { ReplyVerdict } from "@udp/core";
import type { Document, ErrorDocument, PayloadDocument } from "@udp/core/documents";
import { countSchema, endpointSchema, errorSchema, payloadSchema } from "@udp/core/documents";
import * as v from "valibot";
import type { EngineName } from "./engine.ts";
import type { DatagramDocument } from "./probe/datagram-document.ts";
import { datagramSchema } from "./probe/datagram-document.ts";
import type { ProbeDocument } from "./probe/probe-document.ts";
import { probeSchema } from "./probe/probe-document.ts";
import type { EchoRefusal } from "./responder.ts";
import { echoRefusals } from "./responder.ts";
import type { IntervalDocument, WatchDocument } from "./watch/watch-document.ts";
import { intervalSchema, watchSchema } from "./watch/watch-document.ts";

export type { DatagramDocument } from "./probe/datagram-document.ts";
export type {
  ClocksDocument,
  DistributionDocument,
  HopLimitDocument,
  NoiseDocument,
  OneWayDocument,
  QueueingDocument,
} from "./probe/delay-document.ts";
export type {
  DirectionDocument,
  LossDocument,
  LossPlacesDocument,
  PeerDocument,
  ReorderingDocument,
} from "./probe/loss-document.ts";
export type { PlanDocument, ProbeDocument } from "./probe/probe-document.ts";
export type {
  DirectionTotalsDocument,
  FailureDocument,
  IntervalDocument,
  WatchDocument,
  WatchTotals,
} from "./watch/watch-document.ts";

type EchoSchema = "udp-echo/1";

const schema = v.literal("udp-echo/1");

/** The server receives. */
export interface ListeningDocument extends Document<EchoSchema, "listening"> {
  /** Where, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly local: string;
  /** What sends and receives: a socket of the runtime, or threads that wait in the kernel. */
  readonly engine: EngineName;
  /** Why that are no threads where they were to be expected, in words; null where nothing is to be explained. */
  readonly engineObstacle: string | null;
}

/** The server has dealt with one datagram. */
export interface RequestDocument extends Document<EchoSchema, "request"> {
  /** Who sent it, as `127.0.0.1:33534`. */
  readonly client: string;
  /** Why it was not answered; null where it was. */
  readonly refusal: EchoRefusal | null;
  /** Datagrams refused for the same reason that no document was written for, since the last one. */
  readonly unshownCount: number;
  readonly payload: PayloadDocument;
}

/** What the server has done, at its end. */
export interface SummaryDocument extends Document<EchoSchema, "summary"> {
  /** Datagrams that arrived. */
  readonly receivedCount: number;
  /** Replies that the system took. */
  readonly repliedCount: number;
  /** Replies that the system did not take. */
  readonly unsentCount: number;
  /** Datagrams that were not answered, for whatever reason. */
  readonly refusedCount: number;
  /** The same by reason. */
  readonly refusals: Readonly<Record<EchoRefusal, number>>;
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

/** What the client was told. */
export interface ReplyDocument extends Document<EchoSchema, "reply"> {
  /** Where the client awaited it. */
  readonly local: string;
  /** Who was asked. */
  readonly server: string;
  /** Who answered: the server, unless anybody was to be believed. */
  readonly from: string;
  readonly payload: PayloadDocument;
  /** From before the request was sent to the arrival of the reply in the program. */
  readonly rttMs: number;
  /** All datagrams that arrived, by what was thought of them. */
  readonly verdictCounts: Readonly<Record<ReplyVerdict, number>>;
}

const replyVerdicts = [
  "accepted",
  "wrong-address",
  "wrong-port",
  "wrong-id",
  "late",
  "duplicate",
  "malformed",
] as const satisfies readonly ReplyVerdict[];

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
  engine: v.picklist(["portable", "linux"]),
  engineObstacle: v.nullable(v.string()),
});

const requestSchema: v.GenericSchema<unknown, RequestDocument> = v.strictObject({
  schema,
  kind: v.literal("request"),
  client: endpointSchema,
  refusal: v.nullable(v.picklist(echoRefusals)),
  unshownCount: countSchema,
  payload: payloadSchema,
});

const summarySchema: v.GenericSchema<unknown, SummaryDocument> = v.strictObject({
  schema,
  kind: v.literal("summary"),
  receivedCount: countSchema,
  repliedCount: countSchema,
  unsentCount: countSchema,
  refusedCount: countSchema,
  refusals: v.strictObject(v.entriesFromList(echoRefusals, countSchema)),
  droppedLineCount: countSchema,
});

const replySchema: v.GenericSchema<unknown, ReplyDocument> = v.strictObject({
  schema,
  kind: v.literal("reply"),
  local: endpointSchema,
  server: endpointSchema,
  from: endpointSchema,
  payload: payloadSchema,
  rttMs: v.pipe(v.number(), v.minValue(0)),
  verdictCounts: v.strictObject(v.entriesFromList(replyVerdicts, countSchema)),
});

/** A schema of valibot for each kind of document. */
export interface EchoDocumentSchemas {
  readonly listening: v.GenericSchema<unknown, ListeningDocument>;
  readonly request: v.GenericSchema<unknown, RequestDocument>;
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly reply: v.GenericSchema<unknown, ReplyDocument>;
  readonly probe: v.GenericSchema<unknown, ProbeDocument>;
  readonly datagram: v.GenericSchema<unknown, DatagramDocument>;
  readonly interval: v.GenericSchema<unknown, IntervalDocument>;
  readonly watch: v.GenericSchema<unknown, WatchDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<EchoSchema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: EchoDocumentSchemas = {
  listening: listeningSchema,
  request: requestSchema,
  summary: summarySchema,
  reply: replySchema,
  probe: probeSchema,
  datagram: datagramSchema,
  interval: intervalSchema,
  watch: watchSchema,
  error: errorSchema("udp-echo/1"),
};
