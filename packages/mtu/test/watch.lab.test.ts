import { expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createPath } from "@udp/lab";
import type { RunningProgram } from "@udp/lab/testing";
import { labTest } from "@udp/lab/testing";
import { documents, UDP_MTU } from "./udp-mtu.ts";

const TIMEOUT_MS = 30_000;
const WIDE = [1500, 1500, 1500];

/** What waits for seconds by its nature does so at the same time. */
labTest(
  "the value is kept while the path narrows, goes silent and comes back",
  async () => {
    await Promise.all([watchPath("ipv4"), watchPath("ipv6"), watchOwnInterface()]);
  },
  TIMEOUT_MS,
);

async function watchPath(family: "ipv4" | "ipv6"): Promise<void> {
  await using path = await createPath({ mtus: WIDE });
  await using reflector = await reflect(path);
  await using watch = await startWatch(path, family);
  const found = [await next(watch)];
  await setMtu(path, 1350);
  found.push(await next(watch));
  await dropAll(path, "h2");
  await reflector.end("SIGKILL");
  found.push(await next(watch));
  await path.host("h2").run(["nft", "flush", "ruleset"]);
  await using _again = await reflect(path);
  found.push(await next(watch));
  expect(found).toMatchObject([
    { verdict: "clean", pathMtuBytes: 1500, backwardMtuBytes: 1500 },
    { verdict: "icmp", pathMtuBytes: 1350, backwardMtuBytes: 1350 },
    { verdict: "not-measurable", pathMtuBytes: null },
    { verdict: "icmp", pathMtuBytes: 1350, backwardMtuBytes: 1350 },
  ]);
  expect(await watch.end("SIGINT")).toMatchObject({ code: 0, stderr: "" });
}

async function watchOwnInterface(): Promise<void> {
  await using path = await createPath({ mtus: WIDE });
  await using _reflector = await reflect(path);
  await using watch = await startWatch(path, "ipv4");
  const h1 = path.host("h1");
  const { stdout: routes } = await h1.run(["ip", "route", "show", "via", "10.77.1.2"]);
  const found = [await next(watch)];
  await h1.run(["ip", "link", "set", "e0", "down"]);
  found.push(await next(watch));
  await h1.run(["ip", "link", "set", "e0", "up"]);
  for (const route of routes.trim().split("\n")) {
    await h1.run(["sh", "-c", `ip route add ${route} via 10.77.1.2`]);
  }
  found.push(await next(watch));
  expect(found).toMatchObject([
    { verdict: "clean", pathMtuBytes: 1500 },
    { verdict: "not-measurable" },
    { verdict: "clean", pathMtuBytes: 1500 },
  ]);
}

function startWatch(path: Lab, family: "ipv4" | "ipv6"): Promise<RunningProgram> {
  const to = path.host("h2")[family];
  const argv = ["discover", to, "--watch", "--interval", "1s", "--json", "--quiet"];
  return path.host("h1").spawn([...UDP_MTU, ...argv]);
}

async function next(watch: RunningProgram): Promise<unknown> {
  const [document] = documents(await watch.nextLine());
  return document;
}

async function reflect(path: Lab): Promise<RunningProgram> {
  const reflector = await path.host("h2").spawn([...UDP_MTU, "reflector", "::", "--quiet"]);
  await reflector.nextLine();
  return reflector;
}

/** Of the link in the middle, at both of its ends. */
async function setMtu(path: Lab, mtuBytes: number): Promise<void> {
  for (const [router, device] of [
    ["r1", "e1"],
    ["r2", "e0"],
  ] as const) {
    await path.host(router).run(["ip", "link", "set", device, "mtu", String(mtuBytes)]);
  }
}

async function dropAll(path: Lab, name: string): Promise<void> {
  const chain = "type filter hook input priority 0\nmeta l4proto udp drop";
  await path.host(name).run(["nft", `table inet test {\nchain rules {\n${chain}\n}\n}`]);
}
