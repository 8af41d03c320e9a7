import { expect, test } from "bun:test";
import { PacketTooBigLog } from "./packet-too-big.ts";

test("equal words are one, with their count and the smallest probe that drew them", () => {
  const log = new PacketTooBigLog();
  log.add({ from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1300 });
  log.add({ from: "10.77.1.2", mtuBytes: 1400, quotedBytes: 1480 });
  log.add({ from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1281 });
  log.add({ from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1400 });
  expect(log.all).toEqual([
    { from: "10.77.2.2", mtuBytes: 1280, quotedBytes: 1281, count: 3 },
    { from: "10.77.1.2", mtuBytes: 1400, quotedBytes: 1480, count: 1 },
  ]);
});

test("who is on the path cannot fill the memory, nor hide what was heard before", () => {
  const log = new PacketTooBigLog();
  for (let mtuBytes = 0; mtuBytes < 10_000; mtuBytes++) {
    log.add({ from: "10.77.1.2", mtuBytes, quotedBytes: 1500 });
  }
  log.add({ from: "10.77.1.2", mtuBytes: 0, quotedBytes: 1400 });
  const [first] = log.all;
  expect([log.all.length, first?.count, first?.quotedBytes]).toEqual([64, 2, 1400]);
});
