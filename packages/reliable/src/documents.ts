/** The JSON documents that `udp-reliable` writes with `--json`: their types, and schemas that check them. */
import type { Document, ErrorDocument, PayloadDocument } from "@udp/core/documents";
import {
  countSchema,
  endpointSchema,
  errorSchema,
  payloadSchema,
  refusalReasons,
} from "@udp/core/documents";
import * as v from "valibot";
import type { RequesterCounters } from "./requester-counters.ts";
import type { PresetName } from "./retransmission.ts";
import { PRESET_NAMES } from "./retransmission.ts";
import type { IgnoredReason, ServerCounters } from "./server-counters.ts";
import type { ExpectationDoubt } from "./simulation/expectation.ts";

type ReliableSchema = "udp-reliable/1";

const schema = v.literal("udp-reliable/1");

/** The server receives. */
export interface ListeningDocument extends Document<ReliableSchema, "listening"> {
  /** Where, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly local: string;
}

/** The server pretends that a datagram did not arrive. */
export interface DropDocument extends Document<ReliableSchema, "drop"> {
  /** Who sent it, as `127.0.0.1:33534`. */
  readonly client: string;
  /** The datagram as it arrived, frame and all. */
  readonly payload: PayloadDocument;
}

/** The server carries a request out, or ignores a datagram. */
export interface RequestDocument extends Document<ReliableSchema, "request"> {
  /** Who sent it, as `127.0.0.1:33534`. */
  readonly client: string;
  /** Why the datagram is not answered; null for a request that is carried out. */
  readonly ignored: IgnoredReason | null;
  /** Datagrams ignored for the same reason that no document was written for, since the last one. */
  readonly unshownCount: number;
  /** What was asked; of a datagram that is ignored, all of it. */
  readonly payload: PayloadDocument;
}

/** A kind of datagram that the server sends: a frame, or `plain` text. */
type SentType = keyof ServerCounters["sent"] | "plain";

/** What the server has done, at its end. */
export interface SummaryDocument extends Document<ReliableSchema, "summary"> {
  /** Datagrams that arrived. */
  readonly receivedCount: number;
  /** Datagrams that the server pretended to lose. */
  readonly droppedCount: number;
  /** Datagrams that the server pretended to receive twice. */
  readonly doubledCount: number;
  /** Those that were still held back at the end; nobody has looked at them. */
  readonly heldBackCount: number;
  /** Requests that were carried out, those in plain text among them. */
  readonly executedCount: number;
  /** Copies and resends of requests that were known, and not carried out again. */
  readonly duplicateCount: number;
  /** What was sent, by kind. */
  readonly sent: Readonly<Record<SentType, number>>;
  /** Datagrams that the system did not take. */
  readonly unsentCount: number;
  /** Datagrams that were not answered, for whatever reason. */
  readonly ignoredCount: number;
  /** The same by reason. */
  readonly ignored: Readonly<Record<IgnoredReason, number>>;
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

/**
 * What the client's request came to. Where it was not answered, an `error` document follows, unless
 * somebody has interrupted it.
 */
export interface OutcomeDocument extends Document<ReliableSchema, "outcome"> {
  /** Where the client awaited the answer. */
  readonly local: string;
  /** Who was asked. */
  readonly server: string;
  /** Whether it was asked without frames. */
  readonly isPlain: boolean;
  readonly answered: boolean;
  /** Datagrams that were sent. */
  readonly attempts: number;
  /** How long an answer was awaited after each of them, at most. */
  readonly waitsMs: readonly number[];
  /** From the first datagram to the answer, or until the client gave up. */
  readonly elapsedMs: number;
  /** Datagrams that came from the server and were not believed. */
  readonly ignoredCount: number;
  /** The same by reason. */
  readonly ignored: RequesterCounters["faults"];
  /** The answer; null where there was none. */
  readonly reply: PayloadDocument | null;
}

/** What a simulation measured of the answered requests; null where the sample is too small to tell. */
export interface LatencyDocument {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** What chance alone makes of a schedule. */
export interface ExpectationDocument {
  /** The most transmissions of a request. */
  readonly attempts: number;
  readonly successRatio: number;
  readonly meanAttempts: number;
  /** Why the figures are approximations; empty where they are exact. */
  readonly doubts: readonly ExpectationDoubt[];
}

/** The part of all requests that was answered within a time. */
export interface AnsweredWithinDocument {
  readonly ms: number;
  readonly ratio: number;
}

/** What came of the requests under one schedule. */
export interface ScheduleDocument {
  readonly preset: PresetName;
  readonly answeredCount: number;
  readonly successRatio: number;
  /** Transmissions of a request, on average. */
  readonly meanAttempts: number;
  /** Datagrams of both sides by the requests. */
  readonly datagramsPerRequest: number;
  /** Transmissions although an earlier one was answered, with the answer still on its way. */
  readonly spuriousCount: number;
  readonly latency: LatencyDocument;
  readonly expected: ExpectationDocument;
  readonly answeredWithin: readonly AnsweredWithinDocument[];
}

/** The same requests under several schedules. */
export interface SimulationDocument extends Document<ReliableSchema, "simulation"> {
  readonly requestCount: number;
  /** Repeats the run. */
  readonly seed: number;
  /** The link, each way. */
  readonly link: {
    readonly lossRatio: number;
    readonly delayMs: number;
    readonly jitterMs: number;
    readonly duplicateRatio: number;
  };
  readonly schedules: readonly ScheduleDocument[];
}

const ignoredReasons: readonly IgnoredReason[] = [
  "foreign",
  "other-version",
  "malformed",
  "unauthenticated",
  "not-a-request",
  ...refusalReasons,
];

const faults: readonly (keyof RequesterCounters["faults"])[] = [
  "foreign",
  "other-version",
  "malformed",
  "unauthenticated",
  "not-an-answer",
];

const sentTypes: readonly SentType[] = [
  "answer",
  "error",
  "acknowledgement",
  "cookie",
  "busy",
  "stale-boot",
  "too-large",
  "plain",
];

const doubts: readonly ExpectationDoubt[] = [
  "short-waits",
  "long-waits",
  "varying-attempts",
  "dependent-losses",
];

const ratioSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const msSchema = v.pipe(v.number(), v.minValue(0));
const meanSchema = v.pipe(v.number(), v.minValue(0));

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
});

const dropSchema: v.GenericSchema<unknown, DropDocument> = v.strictObject({
  schema,
  kind: v.literal("drop"),
  client: endpointSchema,
  payload: payloadSchema,
});

const requestSchema: v.GenericSchema<unknown, RequestDocument> = v.strictObject({
  schema,
  kind: v.literal("request"),
  client: endpointSchema,
  ignored: v.nullable(v.picklist(ignoredReasons)),
  unshownCount: countSchema,
  payload: payloadSchema,
});

const summarySchema: v.GenericSchema<unknown, SummaryDocument> = v.strictObject({
  schema,
  kind: v.literal("summary"),
  receivedCount: countSchema,
  droppedCount: countSchema,
  doubledCount: countSchema,
  heldBackCount: countSchema,
  executedCount: countSchema,
  duplicateCount: countSchema,
  sent: v.strictObject(v.entriesFromList(sentTypes, countSchema)),
  unsentCount: countSchema,
  ignoredCount: countSchema,
  ignored: v.strictObject(v.entriesFromList(ignoredReasons, countSchema)),
  droppedLineCount: countSchema,
});

const outcomeSchema: v.GenericSchema<unknown, OutcomeDocument> = v.strictObject({
  schema,
  kind: v.literal("outcome"),
  local: endpointSchema,
  server: endpointSchema,
  isPlain: v.boolean(),
  answered: v.boolean(),
  attempts: countSchema,
  waitsMs: v.array(msSchema),
  elapsedMs: msSchema,
  ignoredCount: countSchema,
  ignored: v.strictObject(v.entriesFromList(faults, countSchema)),
  reply: v.nullable(payloadSchema),
});

const scheduleSchema: v.GenericSchema<unknown, ScheduleDocument> = v.strictObject({
  preset: v.picklist(PRESET_NAMES),
  answeredCount: countSchema,
  successRatio: ratioSchema,
  meanAttempts: meanSchema,
  datagramsPerRequest: meanSchema,
  spuriousCount: countSchema,
  latency: v.strictObject({
    p50Ms: v.nullable(msSchema),
    p99Ms: v.nullable(msSchema),
    maxMs: v.nullable(msSchema),
  }),
  expected: v.strictObject({
    attempts: countSchema,
    successRatio: ratioSchema,
    meanAttempts: meanSchema,
    doubts: v.array(v.picklist(doubts)),
  }),
  answeredWithin: v.array(v.strictObject({ ms: msSchema, ratio: ratioSchema })),
});

const simulationSchema: v.GenericSchema<unknown, SimulationDocument> = v.strictObject({
  schema,
  kind: v.literal("simulation"),
  requestCount: countSchema,
  seed: countSchema,
  link: v.strictObject({
    lossRatio: ratioSchema,
    delayMs: msSchema,
    jitterMs: msSchema,
    duplicateRatio: ratioSchema,
  }),
  schedules: v.array(scheduleSchema),
});

/** A schema of valibot for each kind of document. */
export interface ReliableDocumentSchemas {
  readonly listening: v.GenericSchema<unknown, ListeningDocument>;
  readonly drop: v.GenericSchema<unknown, DropDocument>;
  readonly request: v.GenericSchema<unknown, RequestDocument>;
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly outcome: v.GenericSchema<unknown, OutcomeDocument>;
  readonly simulation: v.GenericSchema<unknown, SimulationDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<ReliableSchema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: ReliableDocumentSchemas = {
  listening: listeningSchema,
  drop: dropSchema,
  request: requestSchema,
  summary: summarySchema,
  outcome: outcomeSchema,
  simulation: simulationSchema,
  error: errorSchema("udp-reliable/1"),
};
