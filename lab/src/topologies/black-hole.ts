/**
 * Where the word that a packet was too large gets lost. `all`: no router says it. `far`: the first
 * router says it, and keeps the others from saying it. `layer2`: no router knows; what is too large
 * for a hop vanishes in it.
 */
export type BlackHole = (typeof BLACK_HOLES)[number];

/** What a {@link BlackHole} may be. */
export const BLACK_HOLES = ["all", "far", "layer2"] as const;

const TOO_BIG = [
  "icmp type destination-unreachable icmp code frag-needed drop",
  "icmpv6 type packet-too-big drop",
];

/** Rules of a router that tells nobody that a packet was too large. */
export const KEEP_SILENT: string = chain("output", TOO_BIG);

/** Rules of a router that lets no other router tell it. */
export const SILENCE_OTHERS: string = chain("forward", TOO_BIG);

function chain(hook: "output" | "forward", rules: readonly string[]): string {
  return `table inet black_hole {
  chain filter {
    type filter hook ${hook} priority -300
    ${rules.join("\n    ")}
  }
}`;
}
