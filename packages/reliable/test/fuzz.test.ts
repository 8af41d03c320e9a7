import { expect, test } from "bun:test";
import { FuzzedConversation } from "./fuzz/fuzzed-conversation.ts";
import type { ServerKind } from "./fuzz/fuzzed-server.ts";

/** To each side; the long verification asks for more. */
const FRAMES = Number(Bun.env.FUZZ_FRAMES ?? 100_000);

const KINDS: readonly (readonly [string, ServerKind])[] = [
  ["a server for everybody", { requiresCookie: false }],
  ["a server that requires a cookie", { requiresCookie: true }],
  ["a shared key", { requiresCookie: false, key: new Uint8Array(32).fill(9) }],
];
const EACH = Math.ceil(FRAMES / KINDS.length);

test.each(KINDS)(
  "%s: mutated frames at both sides break nothing, are believed only where valid, and counted",
  (_title, kind) => {
    const conversation = new FuzzedConversation(kind, 7);
    conversation.run(EACH);
    const { receivedCount, executedCount, ignored, sent } = conversation.server.counters;
    // Everything was met, or the rest shows little.
    const met = {
      received: receivedCount >= EACH,
      executed: executedCount > EACH / 100,
      settled: conversation.client.settledCount > EACH / 100,
      faults: Object.values({ ...ignored, refusals: 1 }).every((count) => count > 0),
      sent: Object.values(sent).every((count) => count > 0),
    };
    expect(met).toEqual({
      received: true,
      executed: true,
      settled: true,
      faults: true,
      sent: true,
    });
  },
  600_000,
);
