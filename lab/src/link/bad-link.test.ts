import { expect, test } from "bun:test";
import fc from "fast-check";
import { BadLink } from "./bad-link.ts";
import type { BadLinkOptions } from "./bad-link-options.ts";

const ratio = fc.double({ min: 0, max: 1, noNaN: true });

const options: fc.Arbitrary<BadLinkOptions> = fc.record({
  delayMs: fc.integer({ min: 5, max: 50 }),
  jitterMs: fc.integer({ min: 0, max: 5 }),
  lossRatio: ratio,
  duplicateRatio: ratio,
  reorderRatio: ratio,
  rateBitsPerSecond: fc.integer({ min: 10_000, max: 10_000_000 }),
  queuePackets: fc.integer({ min: 1, max: 20 }),
  seed: fc.integer(),
});

const sendings = fc.array(
  fc.record({
    way: fc.constantFrom("forward" as const, "backward" as const),
    packetBytes: fc.integer({ min: 28, max: 1500 }),
    pauseNs: fc.integer({ min: 0, max: 2_000_000 }),
  }),
  { maxLength: 100 },
);

test("every packet has one fate, and what arrives is what the counters say", () => {
  fc.assert(
    fc.property(options, sendings, (linkOptions, packets) => {
      const link = new BadLink(linkOptions);
      const arrivals = { forward: 0, backward: 0 };
      let nowNs = 0;
      for (const { way, packetBytes, pauseNs } of packets) {
        nowNs += pauseNs;
        link.send(way, packetBytes, nowNs, () => arrivals[way]++);
        link.deliverDue(nowNs);
      }
      link.deliverDue(Number.POSITIVE_INFINITY);
      for (const way of ["forward", "backward"] as const) {
        const { sent, dropped, passed, duplicated, delivered } = link.counters(way);
        expect({ sent, delivered }).toEqual({
          sent: packets.filter((packet) => packet.way === way).length,
          delivered: arrivals[way],
        });
        expect([dropped + passed + duplicated, passed + 2 * duplicated]).toEqual([sent, delivered]);
      }
      expect(link.nextDeadlineNs()).toBeUndefined();
    }),
  );
});

test("nothing arrives before its time, and everything in its order", () => {
  const link = new BadLink({ delayMs: 10, backward: { delayMs: 5 } });
  const arrived: string[] = [];
  link.send("forward", 100, 0, () => arrived.push("there"));
  link.send("backward", 100, 1_000_000, () => arrived.push("back"));
  const steps = [5_999_999, 6_000_000, 9_999_999, 10_000_000].map((nowNs) => {
    link.deliverDue(nowNs);
    return { arrived: arrived.length, nextDeadlineNs: link.nextDeadlineNs() };
  });
  expect(steps).toEqual([
    { arrived: 0, nextDeadlineNs: 6_000_000 },
    { arrived: 1, nextDeadlineNs: 10_000_000 },
    { arrived: 1, nextDeadlineNs: 10_000_000 },
    { arrived: 2, nextDeadlineNs: undefined },
  ]);
});

test("the ways have chances of their own, which the seed decides", () => {
  const fates = (seed: number) => {
    const link = new BadLink({ lossRatio: 0.5, seed });
    const arrived: string[] = [];
    for (let number = 0; number < 50; number++) {
      for (const way of ["forward", "backward"] as const) {
        link.send(way, 100, number, () => arrived.push(`${way} ${number}`));
      }
    }
    link.deliverDue(Number.POSITIVE_INFINITY);
    const ofWay = (way: string) =>
      arrived.filter((text) => text.startsWith(way)).map((text) => text.split(" ")[1]);
    return { forward: ofWay("forward"), backward: ofWay("backward") };
  };
  const first = fates(1);
  expect(fates(1)).toEqual(first);
  expect(fates(2).forward).not.toEqual(first.forward);
  expect(first.backward).not.toEqual(first.forward);
});

test("other options hold from the next packet on, and for both ways", () => {
  const link = new BadLink({ lossRatio: 1 });
  const send = () => {
    link.send("forward", 100, 0, () => undefined);
    link.send("backward", 100, 0, () => undefined);
  };
  send();
  link.configure({ backward: { lossRatio: 1 } });
  send();
  expect([link.counters("forward"), link.counters("backward")]).toMatchObject([
    { lost: 1, passed: 1 },
    { lost: 2, passed: 0 },
  ]);
});

test("options that are refused change neither way", () => {
  const link = new BadLink({});
  expect(() => link.configure({ lossRatio: 1, backward: { lossRatio: 2 } })).toThrow("lossRatio");
  link.send("forward", 100, 0, () => undefined);
  expect(link.counters("forward")).toMatchObject({ lost: 0, passed: 1 });
});
