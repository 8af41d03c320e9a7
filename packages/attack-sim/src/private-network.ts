import { readlinkSync } from "node:fs";
import { AttackSimError } from "./errors.ts";

/** Names the network that a program was started from, so that it can tell that it is in another one. */
const OUTSIDE = "UDP_ATTACK_SIM_OUTSIDE";

/** Without root, a user namespace makes this user root of the network, and of nothing else. */
const PRIVILEGE = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];

const UNSHARE = ["unshare", ...PRIVILEGE, "--net", "--"];

/** The loopback of a new network is off. */
const WITH_LOOPBACK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/**
 * Whether this process was started by {@link runPrivately}, in a network of its own that has a
 * loopback and nothing else: nothing leaves it, whatever it is sent to.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export async function isPrivateNetwork(): Promise<boolean> {
  const outside = Bun.env[OUTSIDE];
  if (process.platform !== "linux" || outside === undefined || outside === ownNetwork()) {
    return false;
  }
  const { readLinks } = await import("@udp/core/linux");
  const links = readLinks().filter(({ flags }) => flags.isUp);
  return links.length > 0 && links.every(({ flags }) => flags.isLoopback);
}

/** @throws AttackSimError `ATTACK_SIM_NO_PRIVATE_NETWORK` where this process is in none. */
export async function requirePrivateNetwork(): Promise<void> {
  if (!(await isPrivateNetwork())) throw notPrivate("this process is in one that others see");
}

/** Why this host cannot make such a network; `undefined` where it can. */
export function privateNetworkObstacle(): string | undefined {
  if (process.platform !== "linux") return "it takes Linux";
  const missing = ["unshare", "ip", "sh"].find((program) => Bun.which(program) === null);
  if (missing !== undefined) return `it needs the program ${missing}`;
  const { success, stderr } = Bun.spawnSync([...UNSHARE, ...WITH_LOOPBACK, "true"]);
  return success ? undefined : `${NOT_ALLOWED} (${stderr.toString().trim()})`;
}

const NOT_ALLOWED =
  "the system does not allow it to this user; as root it may, or where user namespaces are allowed";

/**
 * Runs a program in a private network, on this process's terminal, until it ends.
 *
 * @param signal asks the program to stop.
 * @returns its exit code.
 * @throws AttackSimError `ATTACK_SIM_NO_PRIVATE_NETWORK`; the signal's reason where it is aborted
 * already.
 */
export async function runPrivately(
  command: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const obstacle = privateNetworkObstacle();
  if (obstacle !== undefined) throw notPrivate(obstacle);
  const child = Bun.spawn([...UNSHARE, ...WITH_LOOPBACK, ...command], {
    env: { ...Bun.env, [OUTSIDE]: ownNetwork() },
    stdio: ["inherit", "inherit", "inherit"],
  });
  // The terminal sends its own signals to the child too; others come here alone.
  const stop = (): void => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  const code = await child.exited;
  signal.removeEventListener("abort", stop);
  return code;
}

function notPrivate(reason: string): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_NO_PRIVATE_NETWORK",
    `expected a private network, which this host cannot make: ${reason}`,
  );
}

/** The network namespace of this process: namespaces(7). */
function ownNetwork(): string {
  return readlinkSync("/proc/self/ns/net");
}
