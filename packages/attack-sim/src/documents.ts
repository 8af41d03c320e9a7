/** The JSON documents that `udp-attack-sim` writes with `--json`: their types, and schemas that check them. */
import type { RefusalReason } from "@udp/core";
import type { Document, ErrorDocument, PayloadDocument } from "@udp/core/documents";
import {
  countSchema,
  endpointSchema,
  errorSchema,
  payloadSchema,
  refusalReasons,
} from "@udp/core/documents";
import * as v from "valibot";
import type { ClientFinding } from "./grading/client-grade.ts";
import { DECEITS } from "./grading/client-grade.ts";
import type { Grade } from "./grading/grade.ts";
import { GRADES } from "./grading/grade.ts";
import type { Check } from "./lesson/check.ts";
import { CHECKS } from "./lesson/check.ts";
import type { IgnoredAnswer } from "./lesson/client.ts";
import type { Interval } from "./matrix/binomial.ts";
import type { ServerVerdict } from "./servers/server-scenario.ts";
import type { Actor, TimelineEvent } from "./timeline.ts";

type Schema = "udp-attack-sim/1";

const schema = v.literal("udp-attack-sim/1");

/** The server of the lesson receives. */
export interface ListeningDocument extends Document<Schema, "listening"> {
  /** Where, as `127.0.0.1:1060`. */
  readonly local: string;
  /** Whether it receives and never answers. */
  readonly isStalled: boolean;
}

/** A datagram came to the server of the lesson. */
export interface RequestDocument extends Document<Schema, "request"> {
  readonly client: string;
  /** Why it was not answered; null where it was. */
  readonly silence: "stalled" | RefusalReason | null;
  readonly payload: PayloadDocument;
}

/** What the server of the lesson has done, at its end. */
export interface SummaryDocument extends Document<Schema, "summary"> {
  readonly receivedCount: number;
  readonly answeredCount: number;
}

/** The client of the lesson has asked, and waits. */
export interface WaitingDocument extends Document<Schema, "waiting"> {
  /** The client's own endpoint: all that the attacker needs. */
  readonly local: string;
  readonly server: string;
  readonly check: Check;
}

/** A datagram came to the client and was not believed. */
export interface IgnoredDocument extends Document<Schema, "ignored"> {
  readonly from: string;
  readonly reason: IgnoredAnswer["judgement"];
  readonly payload: PayloadDocument;
}

/** What the client came to believe. */
export interface AnswerDocument extends Document<Schema, "answer"> {
  readonly local: string;
  /** Who was asked. */
  readonly server: string;
  /** Who answered. */
  readonly from: string;
  readonly text: string;
  /** Whether somebody else than the server sent it, as far as its source tells. */
  readonly isFooled: boolean;
}

/** What the attacker of the lesson sent. */
export interface SentDocument extends Document<Schema, "sent"> {
  readonly from: string;
  readonly to: string;
  readonly payload: PayloadDocument;
}

/** A line of one of the processes of the demonstration. */
export interface EventDocument extends Document<Schema, "event"> {
  /** What the client checks in this act. */
  readonly check: Check;
  /** Since the act began, by the clock of the demonstration: when the line was read. */
  readonly atMs: number;
  readonly actor: Actor;
  readonly text: string;
}

/** What came of one attack on one combination of defences. */
export interface CellDocument {
  readonly attack: string;
  readonly combination: string;
  readonly trials: number;
  /** Exchanges in which a lie was believed. */
  readonly believedCount: number;
  /** Exchanges that ended with the true answer. */
  readonly answeredCount: number;
  /** Exchanges that ended with no answer. */
  readonly deniedCount: number;
  /** Exchanges in which the client saw something that it did not believe. */
  readonly detectedCount: number;
  /** What the attack wanted. */
  readonly successCount: number;
  /** The chance of success in one exchange, as computed. */
  readonly closedForm: number;
  /** The interval of the chance, as measured. */
  readonly interval: Interval;
  /** Whether the first is within the second. */
  readonly agrees: boolean;
  /** Of the first few exchanges, the first that succeeded for the attack, and the first that did not. */
  readonly timelines: {
    readonly succeeded: readonly TimelineEvent[] | null;
    readonly failed: readonly TimelineEvent[] | null;
  };
}

/** What came of attacks on combinations of defences. */
export interface MatrixDocument extends Document<Schema, "matrix"> {
  /** `loopback`: real sockets. `simulation`: hosts in memory. */
  readonly network: "loopback" | "simulation";
  readonly seed: number;
  /** Exchanges for each cell. */
  readonly trials: number;
  /** The most datagrams that an attacker sent in one exchange. */
  readonly datagramCount: number;
  readonly cells: readonly CellDocument[];
  /** Attacks that this host cannot play. */
  readonly unplayed: readonly string[];
  readonly agrees: boolean;
}

/** What one scenario found out about one server. */
export interface FindingDocument {
  readonly scenario: string;
  /** `naive`, `udp-echo`, or the endpoint of a server of the user's. */
  readonly server: string;
  readonly verdict: ServerVerdict;
  readonly seen: string;
  /** What was measured; null where it is life or death, or nothing could be. */
  readonly figure: number | null;
}

/** What one line of the report on a client says. */
interface ClientFindingDocument {
  readonly what: ClientFinding["what"];
  readonly grade: Grade;
  readonly seen: string;
  /** What to do about it; null where nothing needs to be done. */
  readonly advice: string | null;
}

/** What a client of the user's is worth against forged answers. */
export interface ClientGradeDocument extends Document<Schema, "client-grade"> {
  readonly grade: Grade;
  /** What somebody who sees nothing has to guess. */
  readonly unpredictableBits: number;
  readonly findings: readonly ClientFindingDocument[];
}

/** What a server of the user's is worth. */
export interface ServerGradeDocument extends Document<Schema, "server-grade"> {
  readonly grade: Grade;
  readonly findings: readonly FindingDocument[];
}

/** What scenarios found out about servers. */
export interface ServersDocument extends Document<Schema, "servers"> {
  readonly findings: readonly FindingDocument[];
}

/** Something that the laboratory knows, and what it is. */
export interface EntryDocument {
  readonly name: string;
  readonly title: string;
}

/** All that the laboratory knows. */
export interface CatalogueDocument extends Document<Schema, "catalogue"> {
  readonly attacks: readonly EntryDocument[];
  readonly servers: readonly EntryDocument[];
  readonly defences: readonly EntryDocument[];
  readonly presets: readonly EntryDocument[];
}

/** One scenario, in words. */
export interface ExplanationDocument extends Document<Schema, "explanation"> {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly remedy: string;
  readonly reference: string;
}

const actorSchema = v.picklist(["server", "client", "attacker"]);
const ratioSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const timeSchema = v.pipe(v.number(), v.minValue(0));

const ignoredReasons = [
  "wrong-address",
  "wrong-port",
  "wrong-id",
  "late",
  "duplicate",
  "malformed",
  "bad-mac",
  "replayed",
  "stale",
] as const satisfies readonly IgnoredAnswer["judgement"][];

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
  isStalled: v.boolean(),
});

const requestSchema: v.GenericSchema<unknown, RequestDocument> = v.strictObject({
  schema,
  kind: v.literal("request"),
  client: endpointSchema,
  silence: v.nullable(v.picklist(["stalled" as const, ...refusalReasons])),
  payload: payloadSchema,
});

const summarySchema: v.GenericSchema<unknown, SummaryDocument> = v.strictObject({
  schema,
  kind: v.literal("summary"),
  receivedCount: countSchema,
  answeredCount: countSchema,
});

const waitingSchema: v.GenericSchema<unknown, WaitingDocument> = v.strictObject({
  schema,
  kind: v.literal("waiting"),
  local: endpointSchema,
  server: endpointSchema,
  check: v.picklist(CHECKS),
});

const ignoredSchema: v.GenericSchema<unknown, IgnoredDocument> = v.strictObject({
  schema,
  kind: v.literal("ignored"),
  from: endpointSchema,
  reason: v.picklist(ignoredReasons),
  payload: payloadSchema,
});

const answerSchema: v.GenericSchema<unknown, AnswerDocument> = v.strictObject({
  schema,
  kind: v.literal("answer"),
  local: endpointSchema,
  server: endpointSchema,
  from: endpointSchema,
  text: v.string(),
  isFooled: v.boolean(),
});

const sentSchema: v.GenericSchema<unknown, SentDocument> = v.strictObject({
  schema,
  kind: v.literal("sent"),
  from: endpointSchema,
  to: endpointSchema,
  payload: payloadSchema,
});

const eventSchema: v.GenericSchema<unknown, EventDocument> = v.strictObject({
  schema,
  kind: v.literal("event"),
  check: v.picklist(CHECKS),
  atMs: timeSchema,
  actor: actorSchema,
  text: v.string(),
});

const timelineSchema = v.array(
  v.strictObject({ atMs: timeSchema, actor: actorSchema, action: v.string(), count: countSchema }),
);

const cellSchema: v.GenericSchema<unknown, CellDocument> = v.strictObject({
  attack: v.string(),
  combination: v.string(),
  trials: countSchema,
  believedCount: countSchema,
  answeredCount: countSchema,
  deniedCount: countSchema,
  detectedCount: countSchema,
  successCount: countSchema,
  closedForm: ratioSchema,
  interval: v.strictObject({ low: ratioSchema, high: ratioSchema }),
  agrees: v.boolean(),
  timelines: v.strictObject({
    succeeded: v.nullable(timelineSchema),
    failed: v.nullable(timelineSchema),
  }),
});

const matrixSchema: v.GenericSchema<unknown, MatrixDocument> = v.strictObject({
  schema,
  kind: v.literal("matrix"),
  network: v.picklist(["loopback", "simulation"]),
  seed: countSchema,
  trials: countSchema,
  datagramCount: countSchema,
  cells: v.array(cellSchema),
  unplayed: v.array(v.string()),
  agrees: v.boolean(),
});

const findingSchema: v.GenericSchema<unknown, FindingDocument> = v.strictObject({
  scenario: v.string(),
  server: v.string(),
  verdict: v.picklist(["safe", "dangerous", "unknown"]),
  seen: v.string(),
  figure: v.nullable(v.number()),
});

const serversSchema: v.GenericSchema<unknown, ServersDocument> = v.strictObject({
  schema,
  kind: v.literal("servers"),
  findings: v.array(findingSchema),
});

const clientGradeSchema: v.GenericSchema<unknown, ClientGradeDocument> = v.strictObject({
  schema,
  kind: v.literal("client-grade"),
  grade: v.picklist(GRADES),
  unpredictableBits: v.pipe(v.number(), v.minValue(0)),
  findings: v.array(
    v.strictObject({
      what: v.picklist(["port" as const, "id" as const, "duplicate" as const, ...DECEITS]),
      grade: v.picklist(GRADES),
      seen: v.string(),
      advice: v.nullable(v.string()),
    }),
  ),
});

const serverGradeSchema: v.GenericSchema<unknown, ServerGradeDocument> = v.strictObject({
  schema,
  kind: v.literal("server-grade"),
  grade: v.picklist(GRADES),
  findings: v.array(findingSchema),
});

const entriesSchema = v.array(v.strictObject({ name: v.string(), title: v.string() }));

const catalogueSchema: v.GenericSchema<unknown, CatalogueDocument> = v.strictObject({
  schema,
  kind: v.literal("catalogue"),
  attacks: entriesSchema,
  servers: entriesSchema,
  defences: entriesSchema,
  presets: entriesSchema,
});

const explanationSchema: v.GenericSchema<unknown, ExplanationDocument> = v.strictObject({
  schema,
  kind: v.literal("explanation"),
  name: v.string(),
  title: v.string(),
  story: v.string(),
  remedy: v.string(),
  reference: v.string(),
});

/** A schema of valibot for each kind of document. */
export interface AttackSimDocumentSchemas {
  readonly listening: v.GenericSchema<unknown, ListeningDocument>;
  readonly request: v.GenericSchema<unknown, RequestDocument>;
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly waiting: v.GenericSchema<unknown, WaitingDocument>;
  readonly ignored: v.GenericSchema<unknown, IgnoredDocument>;
  readonly answer: v.GenericSchema<unknown, AnswerDocument>;
  readonly sent: v.GenericSchema<unknown, SentDocument>;
  readonly event: v.GenericSchema<unknown, EventDocument>;
  readonly matrix: v.GenericSchema<unknown, MatrixDocument>;
  readonly servers: v.GenericSchema<unknown, ServersDocument>;
  readonly "client-grade": v.GenericSchema<unknown, ClientGradeDocument>;
  readonly "server-grade": v.GenericSchema<unknown, ServerGradeDocument>;
  readonly catalogue: v.GenericSchema<unknown, CatalogueDocument>;
  readonly explanation: v.GenericSchema<unknown, ExplanationDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<Schema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: AttackSimDocumentSchemas = {
  listening: listeningSchema,
  request: requestSchema,
  summary: summarySchema,
  waiting: waitingSchema,
  ignored: ignoredSchema,
  answer: answerSchema,
  sent: sentSchema,
  event: eventSchema,
  matrix: matrixSchema,
  servers: serversSchema,
  "client-grade": clientGradeSchema,
  "server-grade": serverGradeSchema,
  catalogue: catalogueSchema,
  explanation: explanationSchema,
  error: errorSchema("udp-attack-sim/1"),
};
