import type { ClientRules, Defence } from "../defences/defence.ts";
import { combine } from "../defences/defence.ts";

/** What the client of the lesson checks before it believes, from nothing on. */
export const CHECKS = ["none", "source", "source+id", "hmac"] as const;

/** One of {@link CHECKS}. */
export type Check = (typeof CHECKS)[number];

const DEFENCES: Readonly<Record<Check, readonly Defence[]>> = {
  none: [],
  source: ["source-check", "patience"],
  "source+id": ["source-check", "id-64", "patience"],
  hmac: ["source-check", "id-64", "hmac", "patience"],
};

/** What a client with such a check does. */
export function rulesOfCheck(check: Check): ClientRules {
  return combine(DEFENCES[check]).rules;
}
