import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { echoRefusals } from "../responder.ts";
import type { EchoRequest } from "../server.ts";
import { createRingMemory, RequestReader, RequestWriter } from "./request-ring.ts";

/** `struct sockaddr_in` of 192.0.2.1, with the port in its second word. */
const SOCKADDR = Uint8Array.of(2, 0, 0, 0, 192, 0, 2, 1, ...new Uint8Array(20));

const RING_BYTES = 1_048_576;

/** What a writer and a reader do in turn. */
type Step =
  | { readonly kind: "write"; readonly payloadBytes: number; readonly refusal: number }
  | { readonly kind: "publish" | "read" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("write" as const),
      payloadBytes: fc.oneof(fc.nat(100), fc.nat(65_535), fc.constant(65_535)),
      refusal: fc.nat(echoRefusals.length),
    }),
    fc.record({ kind: fc.constantFrom("publish" as const, "read" as const) }),
  ),
  { maxLength: 200, size: "max" },
);

/** A ring, and beside it what its reader has to be told. */
class WatchedRing {
  readonly #memory = createRingMemory();
  readonly #writer = new RequestWriter(this.#memory);
  readonly reader: RequestReader = new RequestReader(this.#memory);
  readonly waiting: EchoRequest[] = [];
  publishedCount = 0;
  untoldCount = 0;
  isAwake = false;
  #port = 0;

  write(payloadBytes: number, refusalNumber: number): void {
    const payload = new Uint8Array(payloadBytes).fill(this.#port);
    const sockaddr = SOCKADDR.slice();
    const port = this.#port++;
    new DataView(sockaddr.buffer).setUint16(2, port);
    const refusal = echoRefusals[refusalNumber - 1];
    const missedBefore = this.reader.untoldCount;
    this.#writer.begin({ payload, sockaddr });
    this.#writer.end(refusal ?? payloadBytes);
    if (this.reader.untoldCount > missedBefore) this.untoldCount++;
    else this.waiting.push({ from: { address: "192.0.2.1", port }, payload, refusal });
  }

  publish(): void {
    const hasNews = this.waiting.length > this.publishedCount;
    const wakes = this.#writer.publish();
    expect(wakes).toBe(hasNews && !this.isAwake);
    this.isAwake ||= wakes;
    this.publishedCount = this.waiting.length;
  }

  read(): void {
    const expected = this.publishedCount > 0 ? this.waiting.shift() : undefined;
    this.publishedCount = Math.max(0, this.publishedCount - 1);
    expect(this.reader.next()).toEqual(expected);
    this.isAwake = expected !== undefined && this.isAwake;
  }
}

describe("a ring of requests", () => {
  test("tells what was published, in order, and wakes a reader that sleeps", () => {
    fc.assert(
      fc.property(steps, (run) => {
        const ring = new WatchedRing();
        for (const step of run) {
          if (step.kind === "write") ring.write(step.payloadBytes, step.refusal);
          else if (step.kind === "publish") ring.publish();
          else ring.read();
        }
        ring.publish();
        while (ring.waiting.length > 0) ring.read();
        ring.read();
        expect(ring.reader.untoldCount).toBe(ring.untoldCount);
      }),
      { numRuns: 50 },
    );
  });

  test("holds most of a million bytes, and counts what it has no room for", () => {
    const ring = new WatchedRing();
    for (let round = 0; round < 3; round++) {
      while (ring.untoldCount === round) ring.write(1000, 0);
      expect(ring.waiting.length * 1040).toBeGreaterThan(RING_BYTES - 2 * 1040);
      ring.publish();
      while (ring.waiting.length > 0) ring.read();
      ring.read();
    }
    expect(ring.reader.untoldCount).toBe(3);
  });
});
