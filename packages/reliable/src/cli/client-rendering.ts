import type { Endpoint } from "@udp/core";
import { formatEndpoint, printable } from "@udp/core";
import type { Rendering } from "@udp/core/cli";
import { describeMs, total } from "@udp/core/cli";
import { payloadDocument } from "@udp/core/documents";
import type { OutcomeDocument } from "../documents.ts";
import type { Faults } from "./no-answer.ts";

/** What is lost without frames. */
export const PLAIN_WARNING =
  "without frames nothing tells which try an answer is to, and a late one is believed";

export function socketName(local: Endpoint): string {
  return `Client socket name is ${formatEndpoint(local)}`;
}

export function waiting(waitMs: number): string {
  return `Waiting up to ${Number((waitMs / 1000).toPrecision(3))} seconds for a reply`;
}

/** What a request came to. */
export interface Outcome {
  readonly local: Endpoint;
  readonly server: Endpoint;
  readonly isPlain: boolean;
  /** How long an answer was awaited after each transmission, at most. */
  readonly waitsMs: readonly number[];
  readonly elapsedMs: number;
  /** What came and was not believed. */
  readonly faults: Faults;
  /** `undefined` where there was none. */
  readonly reply: Uint8Array | undefined;
}

export function outcome({ reply, ...request }: Outcome): Rendering<OutcomeDocument> {
  const attempts = request.waitsMs.length;
  const tries = attempts === 1 ? "1 try" : `${attempts} tries`;
  const cost = `${tries}, ${describeMs(request.elapsedMs)}`;
  return {
    text: () =>
      reply === undefined ? `No answer (${cost})` : `The server says ${printable(reply)} (${cost})`,
    document: () => ({
      schema: "udp-reliable/1",
      kind: "outcome",
      local: formatEndpoint(request.local),
      server: formatEndpoint(request.server),
      isPlain: request.isPlain,
      answered: reply !== undefined,
      attempts,
      waitsMs: request.waitsMs,
      elapsedMs: request.elapsedMs,
      ignoredCount: total(request.faults),
      ignored: { ...request.faults },
      reply: reply === undefined ? null : payloadDocument(reply),
    }),
  };
}
