/** As the port test of DNS-OARC named them, the best first. */
export const GRADES = ["GREAT", "GOOD", "POOR"] as const;

/** One of {@link GRADES}. */
export type Grade = (typeof GRADES)[number];

/** The worst of some grades; `GREAT` of none. */
export function worstOf(grades: readonly Grade[]): Grade {
  return GRADES.findLast((grade) => grades.includes(grade)) ?? "GREAT";
}

/** The least standard deviations of 26 ports that were GREAT and GOOD there. */
const GREAT_DEVIATION = 3980;
const GOOD_DEVIATION = 296;

/** The grade of something that somebody has to guess. */
export function gradeOfBits(bits: number): Grade {
  if (bits >= bitsOfDeviation(GREAT_DEVIATION)) return "GREAT";
  return bits >= bitsOfDeviation(GOOD_DEVIATION) ? "GOOD" : "POOR";
}

/** How many bits a number of a uniform choice with such a standard deviation has. */
export function bitsOfDeviation(deviation: number): number {
  return Math.max(0, Math.log2(deviation * Math.sqrt(12)));
}
