import { printableLine } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import type { EventDocument } from "../documents.ts";

/** One line of one process. */
export function event(line: Omit<EventDocument, "schema" | "kind">): Rendering<EventDocument> {
  const { atMs, actor, text } = line;
  return {
    text: () =>
      `${`${Math.round(atMs)} ms`.padStart(8)}  ${actor.padEnd(8)} │ ${printableLine(text)}`,
    document: () => ({ schema: "udp-attack-sim/1", kind: "event", ...line }),
  };
}
