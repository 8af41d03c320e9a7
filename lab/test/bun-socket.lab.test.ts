import { expect } from "bun:test";
import type { LabHost, Plan } from "../src/index.ts";
import { createPair, Lab } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

const ALONE: Plan = { nodes: [{ name: "alone", role: "host" }], cables: [] };

labTest("connecting without a route is UDP_UNREACHABLE", async () => {
  await using lab = await Lab.open(ALONE);
  const program = import.meta.resolve("./bun-socket/without-route.ts");
  expect(await runProgram(lab.host("alone"), program)).toEqual({
    ipv4: "UDP_UNREACHABLE",
    ipv6: "UDP_UNREACHABLE",
  });
});

labTest("a slow link pushes back: the sender pauses, goes on, and loses nothing", async () => {
  await using lab = await createPair();
  const [sender, receiver] = [lab.host("a"), lab.host("b")];
  await limitQueue(sender, "e0", "3mb");
  const program = import.meta.resolve("./bun-socket/congested-link.ts");
  const sent = await runProgram(sender, program, receiver.ipv4);
  const { stdout: queue } = await sender.run(["tc", "-s", "qdisc", "show", "dev", "e0"]);
  expect({ sent, queue }).toEqual({
    sent: {
      oneByOne: { takenCount: 500, hasPaused: true },
      inBatches: { takenCount: 500, hasPaused: true },
    },
    queue: expect.stringContaining("(dropped 0,"),
  });
});

labTest("a full queue pushes back too, where errors are asked for", async () => {
  await using lab = await Lab.open(ALONE);
  const alone = lab.host("alone");
  await limitQueue(alone, "lo", "8kb");
  const program = import.meta.resolve("./bun-socket/full-queue.ts");
  expect(await runProgram(alone, program)).toEqual({ receivedCount: 200, hasPaused: true });
});

/** Makes an interface slow, and lets its queue hold so much. */
async function limitQueue(host: LabHost, interfaceName: string, limit: string): Promise<void> {
  const add = ["tc", "qdisc", "add", "dev", interfaceName, "root"];
  await host.run([...add, "tbf", "rate", "20mbit", "burst", "5kb", "limit", limit]);
}

/** Runs a program there to its end; what it prints, read as JSON. */
async function runProgram(host: LabHost, url: string, ...argv: string[]): Promise<unknown> {
  const { stdout } = await host.run([process.execPath, Bun.fileURLToPath(url), ...argv]);
  return JSON.parse(stdout);
}
