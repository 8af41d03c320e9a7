/** One row of the well-formed byte sequences of RFC 3629 section 4. */
interface SequenceForm {
  readonly lastLead: number;
  readonly minSecond: number;
  readonly maxSecond: number;
  readonly bytes: number;
}

const MIN_LEAD = 0xc2;

/** By lead byte, {@link MIN_LEAD} and up. No overlong forms, no surrogates; up to U+10FFFF. */
const SEQUENCE_FORMS: readonly SequenceForm[] = [
  { lastLead: 0xdf, minSecond: 0x80, maxSecond: 0xbf, bytes: 2 },
  { lastLead: 0xe0, minSecond: 0xa0, maxSecond: 0xbf, bytes: 3 },
  { lastLead: 0xec, minSecond: 0x80, maxSecond: 0xbf, bytes: 3 },
  { lastLead: 0xed, minSecond: 0x80, maxSecond: 0x9f, bytes: 3 },
  { lastLead: 0xef, minSecond: 0x80, maxSecond: 0xbf, bytes: 3 },
  { lastLead: 0xf0, minSecond: 0x90, maxSecond: 0xbf, bytes: 4 },
  { lastLead: 0xf3, minSecond: 0x80, maxSecond: 0xbf, bytes: 4 },
  { lastLead: 0xf4, minSecond: 0x80, maxSecond: 0x8f, bytes: 4 },
];

/** The length of the well-formed UTF-8 sequence that starts at `offset`; 0 where none does. */
export function utf8SequenceBytes(bytes: Uint8Array, offset: number): number {
  const lead = bytes[offset];
  if (lead === undefined) return 0;
  if (lead < 0x80) return 1;
  const form = lead < MIN_LEAD ? undefined : SEQUENCE_FORMS.find((row) => lead <= row.lastLead);
  return form !== undefined && hasForm(bytes, offset, form) ? form.bytes : 0;
}

/** Where the run of well-formed UTF-8 that starts at `offset` ends. */
export function wellFormedUtf8End(bytes: Uint8Array, offset: number): number {
  let end = offset;
  for (let length = 1; length > 0; end += length) length = utf8SequenceBytes(bytes, end);
  return end;
}

function hasForm(bytes: Uint8Array, offset: number, form: SequenceForm): boolean {
  const second = bytes[offset + 1] ?? 0;
  if (second < form.minSecond || second > form.maxSecond) return false;
  for (let index = offset + 2; index < offset + form.bytes; index++) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return false;
  }
  return true;
}
