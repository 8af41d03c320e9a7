import { describe, expect, test } from "bun:test";
import { diamondPlan } from "../topologies/diamond.ts";
import { lanPlan } from "../topologies/lan.ts";
import { multihomedPlan } from "../topologies/multihomed.ts";
import { natPlan } from "../topologies/nat.ts";
import { pairPlan } from "../topologies/pair.ts";
import { pathPlan } from "../topologies/path.ts";
import { drawPlan } from "./picture.ts";

/** The lines above the table. */
function cablesOf(picture: string): string[] {
  return picture.slice(0, picture.indexOf("\n\n")).split("\n");
}

describe("a picture", () => {
  test("of a pair", () => {
    expect(drawPlan(pairPlan({ mtuBytes: 576 }))).toBe(`a ──576── b

node  interface  addresses
a     e0         10.77.1.1/24
b     e0         10.77.1.2/24`);
  });

  test("of a LAN", () => {
    const plan = lanPlan({ hosts: 3, mtuBytes: 9000, lastPortMtuBytes: 1500 });
    expect(drawPlan(plan)).toBe(`h1 ──9000── sw
h2 ──9000── sw
h3 ──9000|1500── sw

node  interface  addresses
h1    e0         10.77.0.1/24  fd77::1/64
h2    e0         10.77.0.2/24  fd77::2/64
h3    e0         10.77.0.3/24  fd77::3/64
sw    p1
sw    p2
sw    p3`);
  });

  test("of a path", () => {
    const link = { delayMs: 10, jitterMs: 2, lossRatio: 0.05 };
    expect(drawPlan(pathPlan({ mtus: [1500, 1400, 1280], link }))).toBe(
      `h1 ──1500── r1 ~~1400~~ r2 ──1280── h2
r1 ~~ r2: delay 10 ms ± 2 ms, loss 5 %

node  interface  addresses
h1    e0         10.77.1.1/24  fd77:1::1/64
r1    e0         10.77.1.2/24  fd77:1::2/64
r1    e1         10.77.2.1/24  fd77:2::1/64
r2    e0         10.77.2.2/24  fd77:2::2/64
r2    e1         10.77.3.1/24  fd77:3::1/64
h2    e0         10.77.3.2/24  fd77:3::2/64`,
    );
  });

  test("of a server with several addresses", () => {
    expect(drawPlan(multihomedPlan())).toBe(`client ──1500── server
client ──1500── server

node    interface  addresses
client  e0         10.77.1.1/24  fd77:1::1/64
client  e1         10.77.2.1/24  fd77:2::1/64
server  e0         10.77.1.10/24  10.77.1.11/24  fd77:1::10/64  fd77:1::11/64
server  e1         10.77.2.10/24  fd77:2::10/64`);
  });

  test("of address translation", () => {
    expect(drawPlan(natPlan())).toBe(`inside ──1500── nat ──1500── outside
Packet filter (nft list ruleset): nat

node     interface  addresses
inside   e0         10.77.1.1/24
nat      e0         10.77.1.2/24
nat      e1         10.77.2.1/24
outside  e0         10.77.2.2/24`);
  });

  test("of a diamond", () => {
    expect(
      drawPlan(diamondPlan({ mtus: [1500, 576] })),
    ).toBe(`source ──1500── r1 ──1500── destination
source ──1500── r2 ──576── destination

node         interface  addresses
source       lo         10.77.100.1
source       e0         10.77.1.1/24
source       e1         10.77.2.1/24
r1           e0         10.77.1.2/24
r1           e1         10.77.11.1/24
r2           e0         10.77.2.2/24
r2           e1         10.77.12.1/24
destination  lo         10.77.200.1
destination  e0         10.77.11.2/24
destination  e1         10.77.12.2/24`);
  });

  test("names who filters packets", () => {
    const picture = drawPlan(pathPlan({ mtus: [1500, 1400, 1280], blackHole: "all" }));
    expect(cablesOf(picture)).toEqual([
      "h1 ──1500── r1 ──1400── r2 ──1280── h2",
      "Packet filter (nft list ruleset): r1, r2",
    ]);
  });

  test("tells the ways of a bad link apart where they differ", () => {
    const link = { delayMs: 10, backward: { delayMs: 30, lossRatio: 0.1 } };
    expect(cablesOf(drawPlan(pairPlan({ link })))).toEqual([
      "a ~~1500~~ b",
      "a ~~> b: delay 10 ms",
      "a <~~ b: delay 30 ms, loss 10 %",
    ]);
  });

  test("of a ring comes to an end", () => {
    const port = (node: string) => ({ node, interface: "e0", addresses: [], mtuBytes: 1500 });
    const names = ["a", "b", "c"];
    const cables = names.map((name, index) => ({
      near: port(name),
      far: port(names[(index + 1) % 3] ?? ""),
    }));
    expect(cablesOf(drawPlan({ nodes: [], cables }))).toEqual([
      "a ──1500── b ──1500── c ──1500── a",
    ]);
  });
});
