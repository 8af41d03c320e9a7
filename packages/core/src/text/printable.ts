import { isUtf8 } from "node:buffer";
import { integerOption } from "../option-check.ts";
import { utf8SequenceBytes, wellFormedUtf8End } from "./utf8.ts";

/** How much {@link printable} shows. */
export interface PrintableOptions {
  /** The most bytes shown, 0 or more; a character is not cut in two. Default 100. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 100;

const PLAIN_TEXT = /^[ !#-[\]-~]*$/;

/**
 * Controls, format characters (bidirectional ones, zero-width ones, tags), surrogates, private and
 * unassigned code points, white space but the ASCII space, variation selectors and fillers; and
 * combining marks that stand on no letter or digit, which would change what is printed before them.
 */
const UNPRINTABLE =
  /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]|(?<!(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}])\p{M}/u;
const UNPRINTABLE_IN_LINE = new RegExp(UNPRINTABLE, "gu");
const UNPRINTABLE_IN_QUOTES = new RegExp(`["\\\\]|${UNPRINTABLE.source}`, "gu");

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Any bytes as one line that is safe on a terminal, in double quotes: `"The time is …"`.
 *
 * UTF-8 that prints is shown as it is. The rest is escaped: `\n`, `\r`, `\t`, `\"`, `\\`; `\x1b`
 * for other ASCII controls and, from `\x80`, for bytes that are not UTF-8; `\u{202e}` for
 * characters that do not print. What is left out is counted behind the quotes: `"###"… (65407 more bytes)`.
 * Different bytes never give the same text, as long as `maxBytes` leaves nothing out. Letters that
 * look alike and scripts that run from right to left are shown as they are.
 *
 * @throws UdpError `UDP_BAD_OPTION` for a `maxBytes` below 0.
 */
export function printable(bytes: Uint8Array, options: PrintableOptions = {}): string {
  const maxBytes = integerOption(
    "maxBytes",
    options.maxBytes ?? DEFAULT_MAX_BYTES,
    0,
    Number.POSITIVE_INFINITY,
  );
  if (bytes.length <= maxBytes) return `"${escapeBytes(bytes)}"`;
  const cut = characterStart(bytes, maxBytes);
  return `"${escapeBytes(bytes.subarray(0, cut))}"${describeRest(bytes.length - cut)}`;
}

/** As {@link printable}, for short text that came from elsewhere, such as a name. */
export function printableText(text: string): string {
  return `"${escapeText(text)}"`;
}

/**
 * A message for people as one line that is safe on a terminal, such as an error that quotes its
 * input. Quotes and backslashes stand, so the escapes cannot be undone.
 */
export function printableLine(message: string): string {
  return message.replace(UNPRINTABLE_IN_LINE, escapeCharacter);
}

/** As {@link printableLine} for text of several lines, which stay lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printableLine).join("\n");
}

function describeRest(restBytes: number): string {
  return `… (${restBytes} more ${restBytes === 1 ? "byte" : "bytes"})`;
}

function escapeBytes(bytes: Uint8Array): string {
  return isUtf8(bytes) ? escapeText(decoder.decode(bytes)) : escapeRuns(bytes);
}

function escapeRuns(bytes: Uint8Array): string {
  let escaped = "";
  for (let offset = 0; offset < bytes.length; ) {
    const end = wellFormedUtf8End(bytes, offset);
    if (end > offset) escaped += escapeText(decoder.decode(bytes.subarray(offset, end)));
    if (end < bytes.length) escaped += escapeByte(bytes[end] ?? 0);
    offset = end + 1;
  }
  return escaped;
}

function escapeText(text: string): string {
  return PLAIN_TEXT.test(text) ? text : text.replace(UNPRINTABLE_IN_QUOTES, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint < 0x80 ? escapeByte(codePoint) : `\\u{${codePoint.toString(16)}}`;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** The start of the character that `offset` stands in; `offset` where it stands between two. */
function characterStart(bytes: Uint8Array, offset: number): number {
  for (let start = Math.max(0, offset - 3); start < offset; start++) {
    if (start + utf8SequenceBytes(bytes, start) > offset) return start;
  }
  return offset;
}
