import { readFile } from "node:fs/promises";

/**
 * What a process has in memory, in steps of a page: VmRSS of proc_pid_status(5). `undefined` where
 * there is no such process any more, or no such file system.
 */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
}
