/** `2026-11-26T03:00:00.000Z` without its milliseconds. */
export function toTheSecond(isoTime: string): string {
  return isoTime.replace(/\.\d+Z$/, "Z");
}
