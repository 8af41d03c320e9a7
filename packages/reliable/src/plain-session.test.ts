import { describe, expect, test } from "bun:test";
import type { BackoffOptions } from "@udp/core";
import { LESSON_BACKOFF, msToNs, nsToMs, seededRandom } from "@udp/core";
import fc from "fast-check";
import { ReliableError } from "./errors.ts";
import type { Answer } from "./pending-request.ts";
import { PlainSession } from "./plain-session.ts";

const SERVER = { address: "192.0.2.1", port: 1060 };
const QUESTION = new TextEncoder().encode("This is another message");
const ANSWER = new TextEncoder().encode("Your data was 23 bytes long");

/** A session, and what it told. */
class Scene {
  readonly transmissions: (readonly [atMs: number, attempt: number, waitMs: number])[] = [];
  readonly outcomes: (Answer | string)[] = [];
  readonly session: PlainSession;
  nowNs = msToNs(1000);

  constructor(backoff: BackoffOptions = LESSON_BACKOFF) {
    this.session = new PlainSession({
      server: SERVER,
      payload: QUESTION,
      backoff,
      random: seededRandom(1),
      settlement: {
        answered: (answer) => this.outcomes.push(answer),
        failed: ({ code, message }) => this.outcomes.push(`${code}: ${message}`),
        transmitted: (attempt, waitMs) => {
          this.transmissions.push([nsToMs(this.nowNs) - 1000, attempt, waitMs]);
        },
      },
    });
  }

  poll() {
    return this.session.poll(this.nowNs);
  }

  /** Lets all waits pass that end within so long, and returns how many datagrams left. */
  pass(durationMs: number): number {
    const endNs = this.nowNs + msToNs(durationMs);
    let count = 0;
    for (;;) {
      const deadlineNs = this.session.nextDeadlineNs() ?? Number.POSITIVE_INFINITY;
      if (deadlineNs > endNs) break;
      this.nowNs = Math.max(this.nowNs, deadlineNs);
      count += this.poll().length;
    }
    this.nowNs = endNs;
    return count;
  }
}

describe("a request in plain text", () => {
  test("is the same bytes each time, at the lesson's moments, and fails in the end", () => {
    const scene = new Scene();
    expect(scene.poll()).toEqual([{ payload: QUESTION, to: SERVER }]);
    expect(scene.pass(10_000)).toBe(4);
    expect([scene.transmissions, scene.outcomes, scene.session.nextDeadlineNs()]).toEqual([
      [
        [0, 1, 100],
        [100, 2, 200],
        [300, 3, 400],
        [700, 4, 800],
        [1500, 5, 1600],
      ],
      ["RELIABLE_NO_ANSWER: No answer came from 192.0.2.1:1060 to 5 datagrams"],
      undefined,
    ]);
  });

  test("has nothing to send before a wait is over", () => {
    const scene = new Scene();
    scene.poll();
    scene.nowNs += msToNs(99.999);
    expect(scene.poll()).toEqual([]);
  });

  test("is answered by the first that comes from the server, once", () => {
    const scene = new Scene();
    scene.pass(350);
    const { session } = scene;
    const verdicts = [
      session.receive(ANSWER, { ...SERVER, port: 1061 }, scene.nowNs),
      session.receive(ANSWER, { ...SERVER, address: "192.0.2.2" }, scene.nowNs),
      session.receive(ANSWER, SERVER, scene.nowNs),
      session.receive(ANSWER, SERVER, scene.nowNs),
    ];
    session.fail(new ReliableError("RELIABLE_NOT_LISTENING", "too late to matter"));
    expect([verdicts, scene.outcomes, scene.pass(10_000)]).toEqual([
      ["wrong-port", "wrong-address", "accepted", "duplicate"],
      [{ payload: ANSWER, from: SERVER, attempts: 3, elapsedNs: msToNs(350) }],
      0,
    ]);
  });

  test("believes nobody before it is sent, nor after it failed", () => {
    const scene = new Scene({ initialMs: 100, attempts: 1 });
    const before = scene.session.receive(ANSWER, SERVER, scene.nowNs);
    scene.pass(200);
    const after = scene.session.receive(ANSWER, SERVER, scene.nowNs);
    expect([before, after, scene.outcomes]).toEqual([
      "late",
      "late",
      ["RELIABLE_NO_ANSWER: No answer came from 192.0.2.1:1060 to 1 datagram"],
    ]);
  });

  test("fails at once where that is said", () => {
    const scene = new Scene();
    scene.poll();
    scene.session.fail(new ReliableError("RELIABLE_NOT_LISTENING", "Nothing is listening"));
    expect([scene.outcomes, scene.pass(10_000)]).toEqual([
      ["RELIABLE_NOT_LISTENING: Nothing is listening"],
      0,
    ]);
  });

  test("that is no datagram is refused", () => {
    const settlement = { answered: () => undefined, failed: () => undefined };
    const open = (): unknown =>
      new PlainSession({
        server: SERVER,
        payload: new Uint8Array(65_508),
        backoff: LESSON_BACKOFF,
        random: seededRandom(1),
        settlement,
      });
    expect(open).toThrow("expected a request of at most 65507 bytes; got 65508");
  });

  test("property: comes to one outcome, whatever arrives", () => {
    const arrival = fc.record({
      afterMs: fc.integer({ min: 0, max: 1000 }),
      address: fc.constantFrom("192.0.2.1", "192.0.2.2"),
      port: fc.constantFrom(1060, 1061),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 8 }), (arrivals) => {
        const scene = new Scene();
        for (const { afterMs, ...from } of arrivals) {
          scene.pass(afterMs);
          scene.session.receive(ANSWER, from, scene.nowNs);
        }
        scene.pass(10_000);
        expect(scene.outcomes).toHaveLength(1);
        expect(scene.transmissions.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
