import { expect, test } from "bun:test";
import fc from "fast-check";
import { runFilter } from "../../test/filter-machine.ts";
import { sourceSpread } from "./source-spread.ts";

/** What the program does not read is junk. */
function headerOf(version: 4 | 6, source: readonly number[]): DataView {
  const header = new DataView(
    crypto.getRandomValues(new Uint8Array(version === 4 ? 20 : 40)).buffer,
  );
  header.setUint8(0, version * 16 + 5);
  const offset = version === 4 ? 12 : 8;
  for (const [index, word] of source.entries()) header.setUint32(offset + 4 * index, word);
  return header;
}

function socketOf(version: 4 | 6, source: readonly number[], socketCount: number): number {
  return runFilter(sourceSpread(socketCount), { type: 0, header: headerOf(version, source) });
}

const word = fc.nat(0xff_ff_ff_ff);
const socketCount = fc.integer({ min: 1, max: 64 });

test("all that comes from an IPv4 address, or from an IPv6 /64, is for one of the sockets", () => {
  fc.assert(
    fc.property(socketCount, word, word, word, (count, one, two, other) => {
      const chosen = [
        socketOf(4, [one], count),
        socketOf(4, [one], count),
        socketOf(6, [one, two, 0, 1], count),
        socketOf(6, [one, two, other, other], count),
      ];
      expect(chosen).toEqual([chosen[0], chosen[0], chosen[2], chosen[2]].map(Number));
      expect(Math.max(...chosen)).toBeLessThan(count);
    }),
  );
});

test.each<[string, 4 | 6, (host: number) => number[]]>([
  ["hosts of a network", 4, (host) => [0xc0_00_02_00 + host]],
  ["networks that differ in their first byte", 4, (host) => [host * 0x1_00_00_00 + 1]],
  ["IPv6 networks", 6, (host) => [0x20_01_0d_b8, host, 0, 1]],
  ["IPv6 sites", 6, (host) => [0x20_01_00_00 + host, 0, 0, 1]],
])("%s are shared out evenly", (_, version, sourceOf) => {
  const counts = Array.from({ length: 8 }, () => 0);
  for (let host = 0; host < 256; host++) {
    const chosen = socketOf(version, sourceOf(host), 8);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(16);
  expect(Math.max(...counts)).toBeLessThanOrEqual(64);
});
