import type { Document } from "@udp/core/documents";
import { countSchema } from "@udp/core/documents";
import * as v from "valibot";

/** One datagram of a measurement. Times are nanoseconds after the first one was to leave. */
export interface DatagramDocument extends Document<"udp-echo/1", "datagram"> {
  readonly number: number;
  readonly intendedAtNs: number;
  /** Before the call that sent it. */
  readonly sentAtNs: number;
  /** How long that call took. */
  readonly sendCallNs: number;
  /** When the first reply was there; null where none came. */
  readonly receivedAtNs: number | null;
  /** By this program's clock. */
  readonly rttNs: number | null;
  /** By the kernel's stamps; null where it gave none, or its clock was set meanwhile. */
  readonly kernelRttNs: number | null;
  /** Between receipt and reply, by the far end's clock; null where it does not say. */
  readonly serverProcessingNs: number | null;
  /** Replies that came, copies included. */
  readonly replyCount: number;
}

const time = v.number();
const optionalTime = v.nullable(time);

/** Checks a {@link DatagramDocument}. */
export const datagramSchema: v.GenericSchema<unknown, DatagramDocument> = v.strictObject({
  schema: v.literal("udp-echo/1"),
  kind: v.literal("datagram"),
  number: countSchema,
  intendedAtNs: time,
  sentAtNs: time,
  sendCallNs: time,
  receivedAtNs: optionalTime,
  rttNs: optionalTime,
  kernelRttNs: optionalTime,
  serverProcessingNs: optionalTime,
  replyCount: countSchema,
});
