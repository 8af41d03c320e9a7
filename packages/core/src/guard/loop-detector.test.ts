import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { addressWords } from "../address/ip-address.ts";
import { seededRandom } from "../random.ts";
import type { ArrivedDatagram } from "./arrived-datagram.ts";
import { LoopDetector } from "./loop-detector.ts";

const HOP_NS = 50_000;
const SECOND_NS = 1_000_000_000;

function arrived(text: string, address = "192.0.2.1", sourcePort = 7007): ArrivedDatagram {
  return {
    payload: new TextEncoder().encode(text),
    sourceAddress: addressWords(address),
    sourcePort,
  };
}

/** How many of so many arrivals are let through, one hop after another. */
function passCount(
  detector: LoopDetector,
  count: number,
  datagramAt: (index: number) => ArrivedDatagram,
  fromNs = 0,
): number {
  let passed = 0;
  for (let index = 0; index < count; index++) {
    if (!detector.isLooping(datagramAt(index), fromNs + index * HOP_NS)) passed++;
  }
  return passed;
}

function verdictsAfterLoop(datagrams: readonly ArrivedDatagram[]): boolean[] {
  const detector = new LoopDetector(seededRandom(1));
  passCount(detector, 300, () => arrived("again", "2001:db8::1"));
  return datagrams.map((datagram) => detector.isLooping(datagram, 300 * HOP_NS));
}

describe("a payload that keeps coming back", () => {
  test("passes 256 times, and then no more", () => {
    const datagram = arrived("again");
    expect(
      [256, 257, 70_000].map((count) => passCount(new LoopDetector(), count, () => datagram)),
    ).toEqual([256, 256, 256]);
  });

  test("is cut when it is empty too", () => {
    expect(passCount(new LoopDetector(), 1000, () => arrived(""))).toBe(256);
  });

  test("is told apart from another payload, port or address, but not from a copy", () => {
    const verdicts = verdictsAfterLoop([
      arrived("again", "2001:db8::1"),
      arrived("afresh", "2001:db8::1"),
      arrived("again", "2001:db8::1", 7008),
      arrived("again", "2001:db8::2"),
      arrived("again", "2001:db9::1"),
      arrived("again", "192.0.2.1"),
    ]);
    expect(verdicts).toEqual([true, false, false, false, false, false]);
  });

  test("is cut in each of two interleaved loops", () => {
    const loops = [arrived("one"), arrived("other", "2001:db8::1")] as const;
    const detector = new LoopDetector();
    const passed = passCount(detector, 4000, (index) => (index % 2 === 0 ? loops[0] : loops[1]));
    expect(passed).toBe(2 * 256);
  });

  test("is cut amid the traffic of 1,000 others", () => {
    const loop = arrived("again");
    const detector = new LoopDetector(seededRandom(1));
    const others = Array.from({ length: 1000 }, (_, index) => arrived(`client ${index}`));
    let passed = 0;
    for (let round = 0; round < 300; round++) {
      const fromNs = round * 1000 * HOP_NS;
      passCount(detector, 1000, (index) => others[index] ?? loop, fromNs);
      if (!detector.isLooping(loop, fromNs)) passed++;
    }
    expect(passed).toBe(256);
  });
});

describe("what is no loop", () => {
  test("a payload that changes passes without end", () => {
    const datagram = arrived("0000");
    const view = new DataView(datagram.payload.buffer);
    const counted = (index: number): ArrivedDatagram => {
      view.setUint32(0, index);
      return datagram;
    };
    expect(passCount(new LoopDetector(), 100_000, counted)).toBe(100_000);
  });

  test("a second and more of quiet is forgiven, a second is not", () => {
    const lastNs = 299 * HOP_NS;
    const afterQuiet = [SECOND_NS, SECOND_NS + 1].map((quietNs) => {
      const detector = new LoopDetector();
      passCount(detector, 300, () => arrived("again"));
      return passCount(detector, 1000, () => arrived("again"), lastNs + quietNs);
    });
    expect(afterQuiet).toEqual([0, 256]);
  });

  test("refused arrivals count as coming back: a loop that goes on is never forgiven", () => {
    const detector = new LoopDetector();
    const everyMs = (index: number): boolean => detector.isLooping(arrived("again"), index * 1e6);
    const verdicts = Array.from({ length: 5000 }, (_, index) => everyMs(index));
    expect(verdicts.lastIndexOf(false)).toBe(255);
  });
});

test("no run of arrivals is cut before one payload has come 256 times", () => {
  const arrivals = fc.array(fc.tuple(fc.nat(2), fc.nat(2_000_000)), { maxLength: 700 });
  const datagrams = ["a", "b", "c"].map((text) => arrived(text));
  fc.assert(
    fc.property(arrivals, (run) => {
      const detector = new LoopDetector();
      const counts = [0, 0, 0];
      let nowNs = 0;
      for (const [index, waitNs] of run) {
        nowNs += waitNs;
        const count = (counts[index] ?? 0) + 1;
        counts[index] = count;
        const isLooping = detector.isLooping(datagrams[index] ?? arrived(""), nowNs);
        if (isLooping) expect(count).toBeGreaterThan(256);
      }
    }),
    { numRuns: 30 },
  );
});
