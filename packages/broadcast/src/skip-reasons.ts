import type { SkipReason } from "./destination.ts";

/** Why an interface is left out, in words. */
export const SKIPPED: Readonly<Record<SkipReason, string>> = {
  down: "it is down",
  loopback: "it is the loopback",
  "point-to-point": "it leads to one host only",
  "no-broadcast": "it has no broadcast",
  "no-multicast": "it has no multicast",
  "no-address": "it has no address for it",
  "large-network": "its network is larger than a /24",
};
