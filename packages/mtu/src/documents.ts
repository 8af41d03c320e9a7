/** The JSON documents that `udp-mtu` writes with `--json`: their types, and schemas that check them. */
import type { AddressFamily } from "@udp/core";
import type { Document, ErrorDocument } from "@udp/core/documents";
import { countSchema, endpointSchema, errorSchema, refusalReasons } from "@udp/core/documents";
import type { SendOutcome } from "@udp/core/linux";
import * as v from "valibot";
import type { AdviceSetting } from "./advice.ts";
import type { FarEnd } from "./discovery/forward-phase.ts";
import type { SizedRefusal } from "./frame.ts";
import type { MtuOrigin } from "./kernel-view.ts";
import type { AnswerType, IgnoredReason } from "./reflector-session.ts";
import type { TooBigClaim } from "./too-big-reports.ts";
import type { TraceResult } from "./trace-session.ts";
import type { BlackHoleKind, PtbLie, Verdict } from "./verdict.ts";
import { VERDICTS } from "./verdict.ts";

type MtuSchema = "udp-mtu/1";

const schema = v.literal("udp-mtu/1");

/** What the kernel believes of a path, and where it has that from. Sizes are of whole IP packets. */
export interface BeliefDocument {
  readonly mtuBytes: number;
  readonly origin: MtuOrigin;
  /** The interface that leads there. */
  readonly interfaceName: string;
  readonly interfaceMtuBytes: number;
  /** Since the Packet Too Big was heard last; null for other origins, or where that is not known. */
  readonly ageMs: number | null;
  /** Until the kernel forgets the Packet Too Big; null for other origins. */
  readonly expiresInMs: number | null;
}

/** The kernel was handed one datagram that it may not cut. */
export interface KernelDocument extends Document<MtuSchema, "kernel"> {
  /** The far end, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly target: string;
  readonly family: AddressFamily;
  readonly payloadBytes: number;
  /** `sent` does not say that it arrived. */
  readonly outcome: SendOutcome;
  readonly believed: BeliefDocument;
}

/** The reflector receives. */
export interface ListeningDocument extends Document<MtuSchema, "listening"> {
  /** Where, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly local: string;
}

/** The reflector has dealt with one datagram. */
export interface RequestDocument extends Document<MtuSchema, "request"> {
  /** Who sent it, as `127.0.0.1:33534`. */
  readonly client: string;
  readonly payloadBytes: number;
  /** What was sent back; null where nothing was. */
  readonly answer: AnswerType | null;
  /** Why it was not to be answered; null where it was. */
  readonly ignored: IgnoredReason | null;
  /** Datagrams ignored for the same reason that no document was written for, since the last one. */
  readonly unshownCount: number;
}

/** What the reflector has done, at its end. */
export interface SummaryDocument extends Document<MtuSchema, "summary"> {
  /** Datagrams that arrived. */
  readonly receivedCount: number;
  /** Answers that the system took, by type. */
  readonly sent: Readonly<Record<AnswerType, number>>;
  /** Payload bytes of the sized datagrams among them. */
  readonly sizedPayloadBytes: number;
  /** Sized datagrams that were asked for and refused, by reason. */
  readonly refusedSized: Readonly<Record<SizedRefusal, number>>;
  /** Answers that the system did not take. */
  readonly unsentCount: number;
  /** Datagrams that were not to be answered, for whatever reason. */
  readonly ignoredCount: number;
  /** The same by reason. */
  readonly ignored: Readonly<Record<IgnoredReason, number>>;
  /** Documents that were not written because their reader was too slow. */
  readonly droppedLineCount: number;
}

/** What became of the packets of one size. */
export interface SizeDocument {
  readonly bytes: number;
  /** Packets that left this host. */
  readonly sent: number;
  /** Those that are known to have arrived. */
  readonly arrived: number;
  /** Packets that this host itself was too narrow for. */
  readonly refusedHere: number;
  /** Packets that this host did not send for another reason. */
  readonly unsent: number;
}

/** What was sent one way, and what arrived. Sizes are of whole IP packets. */
export interface WayDocument {
  /** The largest packet that arrived; null where none did. */
  readonly arrivedBytes: number | null;
  /** The smallest larger one that did not, in comparison with those that did; null where none was missed. */
  readonly missingBytes: number | null;
  /** Whether nothing between the two is left to try. */
  readonly isExact: boolean;
  /** The chance that mere loss made `missingBytes` look too large, 0 to 1. */
  readonly errorProbability: number;
  readonly probes: number;
  readonly roundTrips: number;
  /** Probes of sizes that pass, both ways together, that brought no answer: 0 to 1; null before the first. */
  readonly lossRatio: number | null;
  /** Every size that was tried, in ascending order. */
  readonly sizes: readonly SizeDocument[];
}

/** A router's word that a packet was too large; it quoted a probe of ours. */
export interface PacketTooBigDocument {
  /** Null where that is not known. */
  readonly from: string | null;
  /** What it says its next link carries; 0 where it does not say. */
  readonly mtuBytes: number;
  /** The smallest probe that drew this. */
  readonly quotedBytes: number;
  /** How often it was heard. */
  readonly count: number;
  /** What became of the claim. */
  readonly claim: TooBigClaim;
}

/** What else kept probes from getting through. */
export interface ObstacleDocument {
  /** The node that said so; null for this host. */
  readonly from: string | null;
  readonly icmp: { readonly type: number; readonly code: number } | null;
  /** The system's name for it, what became of the send call, or `foreign` for answers that say nothing. */
  readonly reason: string;
  readonly count: number;
}

/** All that is known about a path besides the verdict. */
export interface WitnessesDocument {
  /** What showed that probes arrived; null where nothing did. */
  readonly farEnd: FarEnd | null;
  readonly forward: WayDocument;
  /** Null where the way back was not measured by itself. */
  readonly backward: WayDocument | null;
  /** Whether the reflector stopped before the way back was measured: its budget is spent. */
  readonly isBackwardCutShort: boolean;
  readonly packetsTooBig: readonly PacketTooBigDocument[];
  readonly obstacles: readonly ObstacleDocument[];
  /** Null where it was not tried. */
  readonly doFragmentsArrive: boolean | null;
  /** IPv4: whether routers cut what they may cut; null where it was not tried. */
  readonly doRoutersFragment: boolean | null;
}

/** What a path carries, and how that is known. Sizes are of whole IP packets. */
export interface DiscoveryDocument extends Document<MtuSchema, "discovery"> {
  /** When the measurement ended (RFC 3339, UTC). */
  readonly measuredAt: string;
  /** The far end, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly target: string;
  readonly family: AddressFamily;
  readonly verdict: Verdict;
  readonly blackHole: BlackHoleKind | null;
  readonly ptbLie: PtbLie | null;
  /** Of the way there; null where it was not measured. */
  readonly pathMtuBytes: number | null;
  /** Of the way back; null where it was not measured by itself. */
  readonly backwardMtuBytes: number | null;
  /** Of both ways, and of packets that were to be cut. */
  readonly probes: number;
  /** The same. */
  readonly roundTrips: number;
  /** Null before the first answer. */
  readonly rttMs: number | null;
  readonly witnesses: WitnessesDocument;
  /** What the kernel believed before. */
  readonly believed: BeliefDocument;
  /** What each setting should be at most, in bytes; null where nothing was measured, or the path is too narrow for it. */
  readonly advice: Readonly<Record<AdviceSetting, number | null>>;
}

/** One hop of a trace. */
export interface HopDocument {
  readonly hop: number;
  /** None where it is silent, several where the path has parallel ways. */
  readonly addresses: readonly string[];
  readonly rttsMs: readonly number[];
  readonly sentCount: number;
  readonly answeredCount: number;
  /** The largest IP packet that was answered; null where none was. */
  readonly answeredPacketBytes: number | null;
  /** What the hop said its next link carries; null where it said nothing. */
  readonly mtuBeyondBytes: number | null;
}

/** Where packets of a size vanish without a word. */
export interface VanishingPointDocument {
  /** The last hop that answers this size; 0 is this host. */
  readonly afterHop: number;
  /** The first hop behind it that answers small packets only. */
  readonly beforeHop: number;
  readonly unansweredCount: number;
}

/** The hops of a path. */
export interface TraceDocument extends Document<MtuSchema, "trace"> {
  /** The far end, as `127.0.0.1:1060` or `[::1]:1060`. */
  readonly target: string;
  readonly family: AddressFamily;
  readonly hops: readonly HopDocument[];
  /** What stands at the last hop. */
  readonly end: TraceResult["end"];
  /** As asked for, less what routers said is too much; null where none was asked for. */
  readonly largePacketBytes: number | null;
  /** Null where it is not known that packets of `largePacketBytes` vanish. */
  readonly vanishingPoint: VanishingPointDocument | null;
}

const families = [4, 6] as const satisfies readonly AddressFamily[];

const origins = ["interface", "route", "packet-too-big"] as const satisfies readonly MtuOrigin[];

const sendOutcomes = [
  "sent",
  "would-block",
  "too-large",
  "refused",
  "unreachable",
  "not-permitted",
] as const satisfies readonly SendOutcome[];

const ignoredReasons = [
  "foreign",
  "malformed",
  ...refusalReasons,
] as const satisfies readonly IgnoredReason[];

const answerTypes = [
  "acknowledgement",
  "cookie",
  "sized-datagram",
  "refusal",
] as const satisfies readonly AnswerType[];

const sizedRefusals = ["cookie", "budget", "too-large"] as const satisfies readonly SizedRefusal[];

const farEnds = ["reflector", "echo", "closed-port"] as const satisfies readonly FarEnd[];

const blackHoles = ["all", "far", "layer2", "unknown"] as const satisfies readonly BlackHoleKind[];

const ptbLies = ["too-small", "too-large", "below-minimum"] as const satisfies readonly PtbLie[];

const tooBigClaims = [
  "plausible",
  "unstated",
  ...ptbLies,
] as const satisfies readonly TooBigClaim[];

const traceEnds = [
  "reached",
  "unreachable",
  "silent",
] as const satisfies readonly TraceResult["end"][];

const adviceSettings = [
  "udp-payload",
  "tcp-mss",
  "quic-max-udp-payload-size",
  "wireguard-mtu",
  "vxlan-mtu",
] as const satisfies readonly AdviceSetting[];

const ratioSchema = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const durationSchema = v.pipe(v.number(), v.minValue(0));

const beliefSchema: v.GenericSchema<unknown, BeliefDocument> = v.strictObject({
  mtuBytes: countSchema,
  origin: v.picklist(origins),
  interfaceName: v.string(),
  interfaceMtuBytes: countSchema,
  ageMs: v.nullable(durationSchema),
  expiresInMs: v.nullable(durationSchema),
});

const kernelSchema: v.GenericSchema<unknown, KernelDocument> = v.strictObject({
  schema,
  kind: v.literal("kernel"),
  target: endpointSchema,
  family: v.picklist(families),
  payloadBytes: countSchema,
  outcome: v.picklist(sendOutcomes),
  believed: beliefSchema,
});

const listeningSchema: v.GenericSchema<unknown, ListeningDocument> = v.strictObject({
  schema,
  kind: v.literal("listening"),
  local: endpointSchema,
});

const requestSchema: v.GenericSchema<unknown, RequestDocument> = v.strictObject({
  schema,
  kind: v.literal("request"),
  client: endpointSchema,
  payloadBytes: countSchema,
  answer: v.nullable(v.picklist(answerTypes)),
  ignored: v.nullable(v.picklist(ignoredReasons)),
  unshownCount: countSchema,
});

const summarySchema: v.GenericSchema<unknown, SummaryDocument> = v.strictObject({
  schema,
  kind: v.literal("summary"),
  receivedCount: countSchema,
  sent: v.strictObject(v.entriesFromList(answerTypes, countSchema)),
  sizedPayloadBytes: countSchema,
  refusedSized: v.strictObject(v.entriesFromList(sizedRefusals, countSchema)),
  unsentCount: countSchema,
  ignoredCount: countSchema,
  ignored: v.strictObject(v.entriesFromList(ignoredReasons, countSchema)),
  droppedLineCount: countSchema,
});

const waySchema: v.GenericSchema<unknown, WayDocument> = v.strictObject({
  arrivedBytes: v.nullable(countSchema),
  missingBytes: v.nullable(countSchema),
  isExact: v.boolean(),
  errorProbability: ratioSchema,
  probes: countSchema,
  roundTrips: countSchema,
  lossRatio: v.nullable(ratioSchema),
  sizes: v.array(
    v.strictObject({
      bytes: countSchema,
      sent: countSchema,
      arrived: countSchema,
      refusedHere: countSchema,
      unsent: countSchema,
    }),
  ),
});

const witnessesSchema: v.GenericSchema<unknown, WitnessesDocument> = v.strictObject({
  farEnd: v.nullable(v.picklist(farEnds)),
  forward: waySchema,
  backward: v.nullable(waySchema),
  isBackwardCutShort: v.boolean(),
  packetsTooBig: v.array(
    v.strictObject({
      from: v.nullable(v.string()),
      mtuBytes: countSchema,
      quotedBytes: countSchema,
      count: countSchema,
      claim: v.picklist(tooBigClaims),
    }),
  ),
  obstacles: v.array(
    v.strictObject({
      from: v.nullable(v.string()),
      icmp: v.nullable(v.strictObject({ type: countSchema, code: countSchema })),
      reason: v.string(),
      count: countSchema,
    }),
  ),
  doFragmentsArrive: v.nullable(v.boolean()),
  doRoutersFragment: v.nullable(v.boolean()),
});

const discoverySchema: v.GenericSchema<unknown, DiscoveryDocument> = v.strictObject({
  schema,
  kind: v.literal("discovery"),
  measuredAt: v.pipe(v.string(), v.isoTimestamp()),
  target: endpointSchema,
  family: v.picklist(families),
  verdict: v.picklist(VERDICTS),
  blackHole: v.nullable(v.picklist(blackHoles)),
  ptbLie: v.nullable(v.picklist(ptbLies)),
  pathMtuBytes: v.nullable(countSchema),
  backwardMtuBytes: v.nullable(countSchema),
  probes: countSchema,
  roundTrips: countSchema,
  rttMs: v.nullable(durationSchema),
  witnesses: witnessesSchema,
  believed: beliefSchema,
  advice: v.strictObject(v.entriesFromList(adviceSettings, v.nullable(countSchema))),
});

const traceSchema: v.GenericSchema<unknown, TraceDocument> = v.strictObject({
  schema,
  kind: v.literal("trace"),
  target: endpointSchema,
  family: v.picklist(families),
  hops: v.array(
    v.strictObject({
      hop: countSchema,
      addresses: v.array(v.string()),
      rttsMs: v.array(durationSchema),
      sentCount: countSchema,
      answeredCount: countSchema,
      answeredPacketBytes: v.nullable(countSchema),
      mtuBeyondBytes: v.nullable(countSchema),
    }),
  ),
  end: v.picklist(traceEnds),
  largePacketBytes: v.nullable(countSchema),
  vanishingPoint: v.nullable(
    v.strictObject({
      afterHop: countSchema,
      beforeHop: countSchema,
      unansweredCount: countSchema,
    }),
  ),
});

/** A schema of valibot for each kind of document. */
export interface MtuDocumentSchemas {
  readonly kernel: v.GenericSchema<unknown, KernelDocument>;
  readonly listening: v.GenericSchema<unknown, ListeningDocument>;
  readonly request: v.GenericSchema<unknown, RequestDocument>;
  readonly summary: v.GenericSchema<unknown, SummaryDocument>;
  readonly discovery: v.GenericSchema<unknown, DiscoveryDocument>;
  readonly trace: v.GenericSchema<unknown, TraceDocument>;
  readonly error: v.GenericSchema<unknown, ErrorDocument<MtuSchema>>;
}

/** The schemas, by the `kind` of the document. */
export const documentSchemas: MtuDocumentSchemas = {
  kernel: kernelSchema,
  listening: listeningSchema,
  request: requestSchema,
  summary: summarySchema,
  discovery: discoverySchema,
  trace: traceSchema,
  error: errorSchema("udp-mtu/1"),
};
