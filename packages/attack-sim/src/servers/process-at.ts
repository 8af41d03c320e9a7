import { readdir, readFile, readlink } from "node:fs/promises";

/** Which process of this user's receives at a port, as far as /proc tells; `undefined` elsewhere. */
export async function processAt(port: number): Promise<number | undefined> {
  const tables = await Promise.all(["udp", "udp6"].map((name) => text(`/proc/net/${name}`)));
  const inode = inodeIn(tables.join("\n"), port);
  if (inode === undefined) return undefined;
  const entries = await readdir("/proc").catch(() => []);
  for (const entry of entries) {
    if (/^\d+$/.test(entry) && (await hasSocket(entry, inode))) return Number(entry);
  }
  return undefined;
}

/** 127.0.0.1, 0.0.0.0 and ::, as the kernel of a little-endian machine writes them there. */
const LISTENING_ADDRESSES = ["0100007F", "00000000", "0".repeat(32)];

/**
 * A line of proc_pid_net(5): `sl local_address rem_address st queues timer retransmits uid timeout
 * inode …`, with the port in hexadecimal.
 */
function inodeIn(table: string, port: number): string | undefined {
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  const wanted = LISTENING_ADDRESSES.map((address) => `${address}:${digits}`);
  const fields = table.split("\n").map((line) => line.trim().split(/\s+/));
  return fields.find(([, local = ""]) => wanted.includes(local))?.[9];
}

async function hasSocket(pid: string, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`${folder}/${descriptor}`).catch(() => "")),
  );
  return targets.includes(`socket:[${inode}]`);
}

function text(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
