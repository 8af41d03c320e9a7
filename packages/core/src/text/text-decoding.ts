import { isAscii, isUtf8 } from "node:buffer";
import { wellFormedUtf8End } from "./utf8.ts";

/** The text, or where the bytes stop being text. */
export type DecodedText =
  | { readonly isText: true; readonly text: string }
  | {
      readonly isText: false;
      /** The byte that is not text, or that begins a sequence that is not. */
      readonly badByte: number;
      /** Its position from 0: how many bytes before it are text. */
      readonly offset: number;
    };

// A byte order mark is content here: nothing that arrived is left out.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes bytes of 0 to 127 (RFC 20), control characters included. */
export function decodeAscii(bytes: Uint8Array): DecodedText {
  if (isAscii(bytes)) return { isText: true, text: decoder.decode(bytes) };
  return notText(
    bytes,
    bytes.findIndex((byte) => byte > 0x7f),
  );
}

/** Decodes UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF. */
export function decodeUtf8(bytes: Uint8Array): DecodedText {
  if (isUtf8(bytes)) return { isText: true, text: decoder.decode(bytes) };
  return notText(bytes, wellFormedUtf8End(bytes, 0));
}

function notText(bytes: Uint8Array, offset: number): DecodedText {
  return { isText: false, badByte: bytes[offset] ?? 0, offset };
}
