/**
 * Makes a network with programs in it, and prints the process ids of this machine that belong to
 * it. Then it waits, or ends without tidying up, as its argument says: `wait`, `exit` or `throw`.
 */
import type { LabHost, RunningProgram } from "../../src/index.ts";
import { createLan } from "../../src/index.ts";

const lan = await createLan({ hosts: 3, link: { delayMs: 1 } });
const sleepers = await Promise.all(lan.hosts.map(sleepAt));
console.log(JSON.stringify(sleepers.map(({ pid }) => pid)));
if (process.argv[2] === "exit") process.exit(3);
if (process.argv[2] === "throw") throw new Error("a mistake");
await new Promise(() => setInterval(() => {}, 1_000_000));

async function sleepAt(host: LabHost): Promise<RunningProgram> {
  const sleeper = await host.spawn(["sh", "-c", "echo here; exec sleep 1000"]);
  await sleeper.nextLine();
  return sleeper;
}
