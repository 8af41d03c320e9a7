/** The dotted decimal text of an IPv4 address given as a number; only its low 32 bits count. */
export function formatIpv4Word(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
}
