import { readdirSync, readFileSync } from "node:fs";

/** What the threads of a process have computed so far, in nanoseconds. */
export function cpuTimeNs(pid: number): number {
  const times = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [runNs = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(runNs);
  });
  return times.reduce((sum, runNs) => sum + runNs, 0);
}
