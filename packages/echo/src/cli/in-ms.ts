/** Always in milliseconds, so that figures can be set side by side; to the microsecond. */
export function inMs(ns: number): string {
  return (ns / 1e6).toFixed(3);
}
