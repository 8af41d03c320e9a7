import { expect, test } from "bun:test";
import { readdir, readlink } from "node:fs/promises";
import { RunningProgram } from "@udp/lab/testing";
import { serveEcho } from "../src/index.ts";
import { ProbeThreads } from "../src/linux/probe-threads.ts";
import { probePlan } from "../src/probe/plan.ts";
import { UDP_ECHO } from "./udp-echo.ts";

test.skipIf(process.platform !== "linux")(
  "a measurement leaves no descriptor open, whether it ends or is stopped (Linux)",
  async () => {
    await using server = await serveEcho({ port: 0 });
    using threads = new ProbeThreads();
    const what = {
      target: server.local,
      local: { address: "127.0.0.1", port: 0 },
      plan: probePlan({ count: 2, intervalMs: 1 }),
      hasNoise: false,
    };
    await threads.run(what, {});
    const before = await countEventDescriptors();
    await threads.run(what, {});
    const endless = { ...what, plan: probePlan({ count: 1_000_000, intervalMs: 1 }) };
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    await threads.run(endless, { signal: controller.signal, onProgress });
    expect(await countEventDescriptors()).toBe(before);
  },
);

test.skipIf(process.platform !== "linux")(
  "a thread that ends without a word ends the program (Linux)",
  async () => {
    const [bun = "bun", ...program] = UDP_ECHO;
    const preload = Bun.fileURLToPath(import.meta.resolve("./dying-threads.ts"));
    const argv = [bun, "--preload", preload, ...program, "probe", "-p", "1060", "-c", "1"];
    await using probing = RunningProgram.start(argv);
    expect(await probing.end()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "error: the thread of a probe has ended\n",
    });
  },
);

async function countEventDescriptors(): Promise<number> {
  const names = await readdir("/proc/self/fd");
  const links = names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ""));
  return (await Promise.all(links)).filter((link) => link.includes("eventfd")).length;
}
