import * as v from "valibot";

export { refusalReasons } from "../guard/reply-guard.ts";

import { decodeUtf8 } from "../text/text-decoding.ts";

/** What every JSON document of a tool begins with. */
export interface Document<Schema extends string, Kind extends string> {
  /** Name and version of the tool's documents, such as `udp-echo/1`. */
  readonly schema: Schema;
  /** Which of the tool's documents it is, such as `error`. */
  readonly kind: Kind;
}

/** Any payload: as `text` where it is UTF-8, else as `base64`; the other one is null. */
export interface PayloadDocument {
  /** Its length, 0 or more. */
  readonly bytes: number;
  /** The payload as it is, where it is UTF-8. */
  readonly text: string | null;
  /** The payload in Base64 (RFC 4648 section 4), where it is not UTF-8. */
  readonly base64: string | null;
}

/** Why a command failed; stdout has it with `--json`, stderr the message always. */
export interface ErrorDocument<Schema extends string> extends Document<Schema, "error"> {
  /** The code of the `UdpError`; `INTERNAL` for a fault of the program. */
  readonly code: string;
  /** For people; may change between versions. */
  readonly message: string;
}

/** A whole number from 0 on. */
export const countSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
);

/** `127.0.0.1:1060` or `[::1]:1060`. */
export const endpointSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(/^([\d.]+|\[[\da-f:.]+(%[^\]]+)?\]):\d{1,5}$/),
);

/** Checks a {@link PayloadDocument}, and refuses other fields. */
export const payloadSchema: v.GenericSchema<unknown, PayloadDocument> = v.strictObject({
  bytes: countSchema,
  text: v.nullable(v.string()),
  base64: v.nullable(v.string()),
});

/** A payload as documents show it. */
export function payloadDocument(payload: Uint8Array): PayloadDocument {
  const decoded = decodeUtf8(payload);
  return {
    bytes: payload.byteLength,
    text: decoded.isText ? decoded.text : null,
    base64: decoded.isText ? null : Buffer.from(payload).toString("base64"),
  };
}

/** Checks an {@link ErrorDocument} of the tool and version that `schema` names. */
export function errorSchema<Schema extends string>(
  schema: Schema,
): v.GenericSchema<unknown, ErrorDocument<Schema>> {
  return v.strictObject({
    schema: v.literal(schema),
    kind: v.literal("error"),
    code: v.string(),
    message: v.string(),
  });
}
