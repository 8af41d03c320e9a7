import { expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createPath } from "@udp/lab";
import { captureTest, labTest } from "@udp/lab/testing";
import type { TargetKernelView, ViewKernelOptions } from "../src/view-kernel.ts";
import { AS_NOBODY } from "./nobody.ts";

const KERNEL = Bun.fileURLToPath(import.meta.resolve("./programs/kernel.ts"));

/** For as long the kernel believes a Packet Too Big. */
const LIFETIME_MS = 600_000;

const FAMILIES = [
  { family: 4, host: "10.77.3.2", headerBytes: 28 },
  { family: 6, host: "fd77:3::2", headerBytes: 48 },
] as const;

for (const { family, host, headerBytes } of FAMILIES) {
  labTest(`IPv${family}: the kernel believes its interface until it hears more`, async () => {
    await using lab = await createPath({ mtus: [1500, 1400, 1280] });
    const interfaceWord = {
      target: { address: host, port: 1060 },
      family,
      payloadBytes: 65_536,
      outcome: "too-large",
      kernelMtuBytes: 1500,
      origin: "interface",
      interfaceName: "e0",
      interfaceMtuBytes: 1500,
    };
    // The datagram of the lesson is so large that it never leaves, and so nothing is learned.
    expect<unknown>([await view(lab, { host }), await view(lab, { host })]).toEqual([
      interfaceWord,
      interfaceWord,
    ]);

    const payloadBytes = 1400 - headerBytes;
    const sent = await view(lab, { host, payloadBytes });
    await lab.host("h1").run(["ping", "-n", "-c1", host]); // comes back after the router's word
    const { expiresInMs = 0, ageMs = 0, ...after } = await view(lab, { host });
    expect<unknown>({ outcome: sent.outcome, after, lifetimeMs: expiresInMs + ageMs }).toEqual({
      outcome: "sent",
      after: { ...interfaceWord, kernelMtuBytes: 1280, origin: "packet-too-big" },
      lifetimeMs: LIFETIME_MS,
    });
    expect(expiresInMs).toBeLessThan(LIFETIME_MS);
    expect((await view(lab, { host, payloadBytes })).outcome).toBe("too-large");
  });
}

labTest("the kernel believes the route that was set", async () => {
  await using lab = await createPath({ mtus: [1500, 1500] });
  const route = ["10.77.2.0/24", "via", "10.77.1.2", "mtu", "1350"];
  await lab.host("h1").run(["ip", "route", "add", ...route]);
  const { outcome, kernelMtuBytes, origin } = await view(lab, { host: "10.77.2.2" });
  expect([outcome, kernelMtuBytes, origin]).toEqual(["too-large", 1350, "route"]);
});

labTest("the loopback carries its MTU, and nothing carries the default", async () => {
  await using lab = await createPath({ mtus: [1500] });
  const [ipv4, ipv6] = ["127.0.0.1", "::1"];
  const views = [
    await view(lab, { host: ipv4, payloadBytes: 65_507 }),
    await view(lab, { host: ipv4, payloadBytes: 65_508 }),
    await view(lab, { host: ipv4 }),
    await view(lab, { host: ipv6, payloadBytes: 65_536 - 48 }),
    await view(lab, { host: ipv6, payloadBytes: 65_536 - 47 }),
    await view(lab, { host: ipv6 }),
  ];
  expect(views.map(({ outcome, kernelMtuBytes }) => [outcome, kernelMtuBytes])).toEqual([
    ["sent", 65_535],
    ["too-large", 65_535],
    ["too-large", 65_535],
    ["sent", 65_536],
    ["too-large", 65_536],
    ["too-large", 65_536],
  ]);
});

captureTest("nobody may ask the kernel too", async () => {
  await using lab = await createPath({ mtus: [1500, 1400] });
  const { kernelMtuBytes, origin } = await view(lab, { host: "10.77.2.2" }, AS_NOBODY);
  expect([kernelMtuBytes, origin]).toEqual([1500, "interface"]);
});

async function view(
  lab: Lab,
  options: ViewKernelOptions,
  as: readonly string[] = [],
): Promise<TargetKernelView> {
  const argv = [...as, process.execPath, KERNEL, JSON.stringify(options)];
  return JSON.parse((await lab.host("h1").run(argv)).stdout);
}
