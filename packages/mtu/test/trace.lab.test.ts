import { expect } from "bun:test";
import type { Lab } from "@udp/lab";
import { createPath } from "@udp/lab";
import { captureTest, labTest } from "@udp/lab/testing";
import type { Trace, TraceHopsOptions } from "../src/trace.ts";
import { AS_NOBODY } from "./nobody.ts";

const TRACE = Bun.fileURLToPath(import.meta.resolve("./programs/trace.ts"));
const REFLECTOR = Bun.fileURLToPath(import.meta.resolve("./reflector/server.ts"));

/** The largest packet that a hop answered, and what it says its next link carries. */
type Sizes = readonly [answeredPacketBytes: number, mtuBeyondBytes?: number];

const FAMILIES = [
  { family: 4, hopAddress: (hop: number) => `10.77.${hop}.2`, smallBytes: 68 },
  { family: 6, hopAddress: (hop: number) => `fd77:${hop}::2`, smallBytes: 128 },
] as const;

for (const { family, hopAddress, smallBytes } of FAMILIES) {
  labTest(`IPv${family}: hops, and what each of them carries on`, async () => {
    await using lab = await createPath({ mtus: [1500, 1400, 1280] });
    const target = { address: hopAddress(3), port: 1060 };
    expect<unknown>(await trace(lab, { host: target.address })).toEqual({
      target,
      family,
      hops: hops([[1500, 1400], [1400, 1280], [1280]]),
      end: "reached",
      largePacketBytes: 1280,
    });
  });

  labTest(`IPv${family}: ten hops to a reflector`, async () => {
    await using lab = await createPath({ mtus: Array<number>(10).fill(1500) });
    const argv = [process.execPath, REFLECTOR, hopAddress(10)];
    await using reflector = await lab.host("h2").spawn(argv);
    const port = Number(await reflector.nextLine());
    expect(await trace(lab, { host: hopAddress(10), port })).toMatchObject({
      hops: hops(Array<Sizes>(10).fill([1500])),
      end: "reached",
      largePacketBytes: 1500,
    });
  });

  labTest(
    `IPv${family}: an answer is heard when it comes, and not with the next probe`,
    async () => {
      await using lab = await createPath({ mtus: [1500, 1500] });
      const spacingMs = 600;
      const options = { packetBytes: 128, largePacketBytes: 128, probesPerHop: 1, spacingMs };
      const found = await trace(lab, { host: hopAddress(2), maxHops: 2, ...options });
      const rttsMs = found.hops.flatMap((hop) => hop.rttsMs);
      expect(rttsMs.length).toBeGreaterThan(0);
      expect(Math.max(...rttsMs)).toBeLessThan(spacingMs);
    },
  );

  const vanishing: readonly (readonly [number, readonly Sizes[], unknown])[] = [
    [1500, [[1500], [smallBytes], [smallBytes]], { afterHop: 1, beforeHop: 2 }],
    [1400, [[1400], [1400], [smallBytes]], { afterHop: 2, beforeHop: 3 }],
    [1280, [[1280], [1280], [1280]], undefined],
  ];
  for (const [largePacketBytes, sizes, vanishingPoint] of vanishing) {
    labTest(`IPv${family}: a black hole and packets of ${largePacketBytes} bytes`, async () => {
      await using lab = await createPath({ mtus: [1500, 1400, 1280], blackHole: "all" });
      const found = await trace(lab, { host: hopAddress(3), largePacketBytes, timeoutMs: 300 });
      expect<unknown>(found).toMatchObject({
        hops: hops(sizes),
        largePacketBytes,
        ...(vanishingPoint !== undefined && { vanishingPoint }),
      });
      expect(found.vanishingPoint === undefined).toBe(vanishingPoint === undefined);
    });
  }

  labTest(`IPv${family}: the hop that gives up`, async () => {
    await using lab = await createPath({ mtus: [1500, 1500] });
    const host = family === 4 ? "10.77.9.9" : "fd77:9::9";
    expect(await trace(lab, { host })).toMatchObject({ hops: hops([[1500]]), end: "unreachable" });
  });

  function hops(sizes: readonly Sizes[]): unknown {
    return sizes.map(([answeredPacketBytes, mtuBeyondBytes], index) => ({
      hop: index + 1,
      addresses: [hopAddress(index + 1)],
      rttsMs: [expect.any(Number), expect.any(Number), expect.any(Number)],
      sentCount: 3,
      answeredCount: 3,
      answeredPacketBytes,
      ...(mtuBeyondBytes && { mtuBeyondBytes }),
    }));
  }
}

labTest("what the interface does not carry is not sent", async () => {
  await using lab = await createPath({ mtus: [1400, 1500] });
  const sizes = { packetBytes: 1500, largePacketBytes: 9000 };
  const found = await trace(lab, { host: "10.77.2.2", ...sizes });
  const answers = found.hops.map((hop) => [hop.answeredPacketBytes, hop.mtuBeyondBytes]);
  expect([found.largePacketBytes, ...answers]).toEqual([
    1400,
    [1400, undefined],
    [1400, undefined],
  ]);
});

labTest("too small for a probe, which the program says before it sends anything", async () => {
  await using lab = await createPath({ mtus: [1500] });
  const options = JSON.stringify({ host: "10.77.1.2", packetBytes: 67 });
  await using program = await lab.host("h1").spawn([process.execPath, TRACE, options]);
  const { code, stderr } = await program.end();
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("packetBytes: expected a whole number from 68 to 65535; got 67"),
  ]);
});

captureTest("nobody may trace too", async () => {
  await using lab = await createPath({ mtus: [1500, 1400] });
  const { hops, end } = await trace(lab, { host: "10.77.2.2" }, AS_NOBODY);
  const mtus = hops.map(({ addresses, mtuBeyondBytes }) => [...addresses, mtuBeyondBytes]);
  expect([end, ...mtus]).toEqual(["reached", ["10.77.1.2", 1400], ["10.77.2.2", undefined]]);
});

async function trace(
  lab: Lab,
  options: TraceHopsOptions,
  as: readonly string[] = [],
): Promise<Trace> {
  const argv = [...as, process.execPath, TRACE, JSON.stringify(options)];
  return JSON.parse((await lab.host("h1").run(argv)).stdout);
}
