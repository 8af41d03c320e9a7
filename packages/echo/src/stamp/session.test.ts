import { describe, expect, test } from "bun:test";
import type { StampRequest } from "@udp/core";
import fc from "fast-check";
import { StampSession } from "./session.ts";

function request(sequence: number, timestamp: number): StampRequest {
  const errorEstimate = { isSynchronised: false, format: "ntp", scale: 0, multiplier: 1 } as const;
  return { sequence, timestamp: BigInt(timestamp), errorEstimate, ssid: 0 };
}

/** What is taken of requests that each come with their number, and a time. */
function taken(requests: readonly (readonly [number, number])[]): readonly boolean[] {
  const session = new StampSession();
  return requests.map(([sequence, timestamp]) => session.take(request(sequence, timestamp)));
}

describe("a request is taken once", () => {
  test("in whatever order they come", () => {
    expect(
      taken([
        [5, 105],
        [3, 103],
        [5, 105],
        [4, 104],
        [3, 103],
        [0, 100],
      ]),
    ).toEqual([true, true, false, true, false, true]);
  });

  test("one that is 1024 behind is too old to say", () => {
    expect(
      taken([
        [2000, 3000],
        [977, 1977],
        [976, 1976],
      ]),
    ).toEqual([true, true, false]);
  });

  test("numbers go round at 2^32", () => {
    const last = 0xff_ff_ff_ff;
    expect(
      taken([
        [last - 1, 1],
        [0, 3],
        [last, 2],
        [0, 3],
        [last - 1, 1],
        [1, 4],
      ]),
    ).toEqual([true, true, true, false, false, true]);
  });

  test("numbers may begin anywhere, and come down to 0 in the wrong order", () => {
    expect(
      taken([
        [1, 11],
        [0, 10],
        [0xff_ff_ff_ff, 9],
        [0xff_ff_ff_ff, 9],
        [0, 10],
      ]),
    ).toEqual([true, true, true, false, false]);
  });
});

describe("a sender that begins again", () => {
  const before = [
    [0, 100],
    [1, 101],
    [2, 102],
  ] as const;

  test("is known by a time that is later than all before", () => {
    const again = [
      [0, 200],
      [2, 202],
      [1, 201],
    ] as const;
    expect(taken([...before, ...again])).toEqual([true, true, true, true, true, true]);
  });

  test("nothing that was sent before is taken then, and nothing twice", () => {
    const replayed = [
      [0, 200],
      [1, 101],
      [2, 102],
      [0, 200],
    ] as const;
    expect(taken([...before, ...replayed]).slice(3)).toEqual([true, false, false, false]);
  });

  test("times go round too, in the NTP era that begins in 2036", () => {
    const session = new StampSession();
    const [late, early] = [0xffff_ffff_ffff_fff0n, 0x10n];
    const takes = [late, late, early, early, late].map((timestamp) =>
      session.take({ ...request(0, 0), timestamp }),
    );
    expect(takes).toEqual([true, false, true, false, false]);
  });

  test("its replies are counted from 0 again", () => {
    const session = new StampSession();
    const sequences = [0, 1, 0].map((sequence, index) => {
      session.take(request(sequence, index));
      return session.nextReplySequence();
    });
    expect(sequences).toEqual([0, 1, 0]);
  });
});

test("property: of a sender that begins again and again, under any order and duplication, nothing is taken twice", () => {
  const sent = fc
    .array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(1500)), {
      minLength: 1,
      maxLength: 4,
    })
    .map((lengths) => {
      let time = 0;
      return lengths.flatMap((length) =>
        Array.from({ length }, (_, sequence) => request(sequence, ++time)),
      );
    });
  const arrivals = fc.array(fc.nat(), { maxLength: 300 });
  fc.assert(
    fc.property(sent, arrivals, (packets, indexes) => {
      const session = new StampSession();
      const arrived = indexes.flatMap((index) => packets[index % packets.length] ?? []);
      const times = arrived
        .filter((packet) => session.take(packet))
        .map((packet) => packet.timestamp);
      expect(times).toEqual([...new Set(times)]);
    }),
  );
});

test("property: of one run everything is taken that is new and less than 1024 behind", () => {
  const first = fc.integer({ min: 0, max: 0xff_ff_ff_ff });
  fc.assert(
    fc.property(first, fc.array(fc.nat({ max: 3000 }), { maxLength: 300 }), (origin, offsets) => {
      const session = new StampSession();
      const seen = new Set<number>();
      for (const offset of offsets) {
        const isNear = offset > Math.max(-1, ...seen) - 1024;
        const isNew = isNear && !seen.has(offset);
        const packet = request((origin + offset) % 2 ** 32, offset);
        expect(session.take(packet)).toBe(isNew);
        if (isNew) seen.add(offset);
      }
    }),
  );
});

test("replies are counted from 0", () => {
  const session = new StampSession();
  expect([1, 2, 3].map(() => session.nextReplySequence())).toEqual([0, 1, 2]);
});
