import { expect, test } from "bun:test";
import { msToNs, UdpError } from "@udp/core";
import { VirtualClock } from "@udp/core/simulation";
import { lanInterface } from "../test/lan-interface.ts";
import { InterfaceWatch } from "./interface-watch.ts";
import type { NetworkInterface } from "./network-interface.ts";

const ETH0 = lanInterface("eth0");
const ETH1 = lanInterface("eth1");

/** What is told, second by second, of what the system says. */
async function watch(
  says: readonly (readonly NetworkInterface[] | Error)[],
  disposedAfterMs = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const told: string[] = [];
  const read = (): readonly NetworkInterface[] => {
    const now = says[Math.round(clock.nowNs() / msToNs(1000)) - 1] ?? [];
    if (now instanceof Error) throw now;
    return now;
  };
  const watching = new InterfaceWatch([ETH0], { read, clock }, (interfaces) => {
    const names = interfaces.map(({ name }) => name).join("+");
    told.push(`${clock.nowNs() / msToNs(1)} ${names}`);
  });
  const end = Promise.withResolvers<void>();
  if (Number.isFinite(disposedAfterMs)) {
    clock.at(msToNs(disposedAfterMs), () => watching[Symbol.dispose]());
  }
  clock.at(msToNs(1000 * says.length + 500), end.resolve);
  await clock.run(end.promise);
  watching[Symbol.dispose]();
  return told;
}

test("changes are told within a second, and nothing else is", async () => {
  expect(await watch([[ETH0], [ETH0, ETH1], [ETH0, ETH1], []])).toEqual([
    "2000 eth0+eth1",
    "4000 ",
  ]);
});

test("where the system cannot tell, they are as they were", async () => {
  const failure = new UdpError("UDP_SYSTEM", "netlink");
  expect(await watch([failure, [ETH0], [ETH1]])).toEqual(["3000 eth1"]);
});

test("an interface that comes again with another number is a change", async () => {
  expect(await watch([[lanInterface("eth0", { index: 9 })]])).toEqual(["1000 eth0"]);
});

test("disposed of, it tells no more", async () => {
  expect(await watch([[ETH1], [ETH0]], 1500)).toEqual(["1000 eth1"]);
});
