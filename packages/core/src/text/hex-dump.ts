const BYTES_PER_LINE = 16;
const BYTES_PER_GROUP = 8;
const HEX_COLUMNS = 49;

/**
 * The classic dump, 16 bytes a line: offset, hexadecimal, printable ASCII with a dot for the rest.
 * Lines are at most 78 columns wide and joined by line feeds; no bytes give the empty string.
 *
 * ```
 * 00000000  54 68 65 20 74 69 6d 65  20 69 73 20 e4 bd a0 0a  |The time is ....|
 * ```
 */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += BYTES_PER_LINE) {
    lines.push(formatLine(offset, bytes.subarray(offset, offset + BYTES_PER_LINE)));
  }
  return lines.join("\n");
}

function formatLine(offset: number, row: Uint8Array): string {
  const groups = [row.subarray(0, BYTES_PER_GROUP), row.subarray(BYTES_PER_GROUP)];
  const hex = groups.map(formatGroup).join("  ").padEnd(HEX_COLUMNS);
  const ascii = Array.from(row, formatAscii).join("");
  return `${toHex(offset, 8)}  ${hex} |${ascii}|`;
}

function formatGroup(group: Uint8Array): string {
  return Array.from(group, (byte) => toHex(byte, 2)).join(" ");
}

function formatAscii(byte: number): string {
  return byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : ".";
}

function toHex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
