import { describe, expect } from "bun:test";
import { readdir, readlink } from "node:fs/promises";
import type { Plan } from "../src/index.ts";
import { Lab } from "../src/index.ts";
import { planScript } from "../src/plan/plan-script.ts";
import { labTest, RunningProgram } from "../src/testing/index.ts";
import { diamondPlan } from "../src/topologies/diamond.ts";
import { lanPlan } from "../src/topologies/lan.ts";
import { multihomedPlan } from "../src/topologies/multihomed.ts";
import { natPlan } from "../src/topologies/nat.ts";
import { pairPlan } from "../src/topologies/pair.ts";
import { pathPlan } from "../src/topologies/path.ts";

const CROWDED_LAB = Bun.fileURLToPath(import.meta.resolve("./programs/crowded-lab.ts"));
const LAB_BY_USER = Bun.fileURLToPath(import.meta.resolve("./programs/lab-by-user.ts"));

const PLANS = {
  pair: pairPlan({ link: {} }),
  lan: lanPlan({ hosts: 3, link: {} }),
  path: pathPlan({ mtus: [1500, 1500, 1500] }),
  multihomed: multihomedPlan(),
  nat: natPlan(),
  diamond: diamondPlan(),
};

describe("of a lab nothing is left", () => {
  for (const end of ["exit", "throw"]) {
    labTest(`when its maker ends by ${end} without tidying up`, async () => {
      await using maker = RunningProgram.start([process.execPath, CROWDED_LAB, end]);
      const pids: number[] = JSON.parse(await maker.nextLine());
      await maker.end();
      await gone(pids);
    });
  }

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    labTest(`when its maker is ended by ${signal}`, async () => {
      await using maker = RunningProgram.start([process.execPath, CROWDED_LAB, "wait"]);
      const pids: number[] = JSON.parse(await maker.nextLine());
      const namespaces = await networkNamespacesOf(pids);
      expect(namespaces.size).toBe(4);
      await maker.end(signal);
      await gone(pids);
      while ((await networkNamespaces()).intersection(namespaces).size > 0) await Bun.sleep(1);
    });
  }

  labTest("when it is disposed of while a program is stopped", async () => {
    const lab = await Lab.open(PLANS.pair);
    const program = await lab.host("a").spawn(["sleep", "1000"]);
    process.kill(program.pid, "SIGSTOP");
    process.kill(lab.link.pid, "SIGSTOP");
    await lab[Symbol.asyncDispose]();
    expect((await program.end()).code).toBe(128 + 9);
  });

  labTest("when it is disposed of", async () => {
    const lab = await Lab.open(PLANS.lan);
    const programs = await Promise.all(lab.hosts.map((host) => host.spawn(["sleep", "1000"])));
    const pids = programs.map(({ pid }) => pid);
    await lab[Symbol.asyncDispose]();
    await gone(pids);
    expect(await Promise.all(programs.map(async (one) => (await one.end()).code))).toEqual(
      Array.from(pids, () => 128 + 9),
    );
  });
});

describe("a lab is apart", () => {
  for (const [name, plan] of Object.entries(PLANS)) {
    labTest(`${name}: every interface leads to another node, none out`, async () => {
      await using lab = await Lab.open(plan);
      const interfaces = await Promise.all(lab.hosts.map(interfacesWithoutPeerIn(lab)));
      expect(interfaces.flat()).toEqual([]);
    });
  }

  labTest("and changes nothing about this host", async () => {
    const before = hostState();
    await using lab = await Lab.open(PLANS.nat);
    await lab.host("nat").run(["hostname", "somebody-else"]);
    const during = hostState();
    await lab[Symbol.asyncDispose]();
    expect({ during, after: hostState() }).toEqual({ during: before, after: before });
  });

  labTest("from other labs of the same kind at the same time", async () => {
    await using one = await Lab.open(PLANS.lan);
    await using other = await Lab.open(PLANS.lan);
    await one.host("h2").run(["ip", "link", "set", "e0", "down"]);
    await other.host("h1").run(["ping", "-n", "-c1", "h2"]);
    const ping = await one.host("h1").spawn(["ping", "-n", "-c1", "-W0.2", "h2"]);
    expect((await ping.end()).code).toBe(1);
  });

  labTest("and needs no root where user namespaces are allowed", async () => {
    await using program = RunningProgram.start([...asUser(), process.execPath, LAB_BY_USER]);
    expect(await program.end()).toEqual({ code: 0, stdout: "user 1000: reached h2\n", stderr: "" });
  });
});

/** Has no right that root has, but the files of who runs it. */
function asUser(): string[] {
  return ["unshare", "--user", "--map-user=1000", "--map-group=1000"];
}

/** Waits until no such process exists. */
async function gone(pids: readonly number[]): Promise<void> {
  const running = new Set(pids.map(String));
  while (new Set(await readdir("/proc")).intersection(running).size > 0) await Bun.sleep(1);
}

async function networkNamespaces(): Promise<Set<string>> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0);
  return await networkNamespacesOf(pids);
}

/** Processes that have gone, and those of others, are left out. */
async function networkNamespacesOf(pids: readonly number[]): Promise<Set<string>> {
  const links = pids.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => undefined));
  return new Set((await Promise.all(links)).filter((link) => link !== undefined));
}

function interfacesWithoutPeerIn(lab: Lab): (host: Lab["hosts"][number]) => Promise<string[]> {
  const names = lab.hosts.map(({ name }) => name);
  return async (host) => {
    const { stdout } = await host.run(["ip", "-o", "link"]);
    return stdout
      .trim()
      .split("\n")
      .filter((line) => !/^\d+: (lo|br0):/.test(line))
      .filter((line) => {
        const [, peer = ""] = /link-netns (\S+)/.exec(line) ?? [];
        return !(names.includes(peer) || /^link-\d+$/.test(peer));
      });
  };
}

/** What a lab could change, without what changes by itself: counters and lifetimes. */
function hostState(): string {
  const commands = [
    "ip -o link",
    "ip -br addr",
    "ip route",
    "ip rule",
    "ip netns list",
    "nft -s list ruleset",
    "hostname",
    `grep -s ^ ${settingsOf(PLANS.nat).join(" ")}`,
  ];
  return commands.map((command) => Bun.spawnSync(command.split(" ")).stdout.toString()).join("");
}

/** The kernel settings that a plan's script writes. */
function settingsOf(plan: Plan): string[] {
  const paths = [...planScript(plan).matchAll(/>(\/proc\/sys\/\S+)/g)].map(([, path = ""]) => path);
  return [...new Set(paths)].map((path) => path.replace("$conf", "all"));
}
