import { expect, test } from "bun:test";
import type { Endpoint } from "@udp/core";
import { PeerTable } from "./peer-table.ts";
import { PRESETS } from "./retransmission.ts";

function endpoint(number: number): Endpoint {
  return { address: `10.0.${number >> 8}.${number & 0xff}`, port: 1060 };
}

test("the one that was asked longest ago is forgotten, and what was thought of its frames is not", () => {
  const peers = new PeerTable(PRESETS.rfc6298);
  const often = peers.admit(endpoint(0));
  for (let number = 1; number <= 5000; number++) {
    peers.admit(endpoint(number)).matcher.judge(new Uint8Array(36), endpoint(number));
    peers.admit(endpoint(0));
  }
  expect([
    peers.find(endpoint(0)) === often,
    peers.find(endpoint(1)),
    [...peers.values()].length,
  ]).toEqual([true, undefined, 4096]);
  expect(peers.verdicts).toEqual({ ...peers.admit(endpoint(0)).matcher.counts, malformed: 5000 });
});

test("one with a request stays", () => {
  const peers = new PeerTable(PRESETS.rfc6298);
  const busy = peers.admit(endpoint(0));
  busy.requestCount = 1;
  for (let number = 1; number <= 5000; number++) peers.admit(endpoint(number));
  expect(peers.find(endpoint(0))).toBe(busy);
});
