import { readLinks } from "@udp/core/linux";
import { AttackSimError } from "./errors.ts";

/** Says to the program that it was started in a private network, which it then looks at itself. */
const MARK = "UDP_ATTACK_SIM_PRIVATE";

/** Without root, a user namespace makes this user root of the network, and of nothing else. */
const PRIVILEGE = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];

const UNSHARE = ["unshare", ...PRIVILEGE, "--net", "--"];

/** The loopback of a new network is off. */
const WITH_LOOPBACK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/**
 * Whether this process is in a network that has a loopback and nothing else, from which nothing
 * leaves whatever it is sent to.
 */
export function isPrivateNetwork(): boolean {
  return process.platform === "linux" && readLinks().every(isHarmless);
}

/** Why this host cannot make such a network; `undefined` where it can. */
export function privateNetworkObstacle(): string | undefined {
  if (process.platform !== "linux") return "it takes Linux";
  const missing = ["unshare", "ip", "sh"].find((program) => Bun.which(program) === null);
  if (missing !== undefined) return `it needs the program ${missing}`;
  const { success } = Bun.spawnSync([...UNSHARE, ...WITH_LOOPBACK, "true"]);
  return success ? undefined : "the system does not allow namespaces to this user";
}

/** @throws AttackSimError `ATTACK_SIM_NO_PRIVATE_NETWORK` where this process is in none. */
export function requirePrivateNetwork(): void {
  if (!isPrivateNetwork()) throw notPrivate("this process is in one that others see");
}

/**
 * Runs a program in a private network, on this process's terminal, until it ends.
 *
 * @returns its exit code.
 * @throws AttackSimError `ATTACK_SIM_NO_PRIVATE_NETWORK`.
 */
export async function runPrivately(
  command: readonly string[],
  interruption: AbortSignal,
): Promise<number> {
  const obstacle = privateNetworkObstacle();
  if (obstacle !== undefined) throw notPrivate(obstacle);
  if (Bun.env[MARK] !== undefined) throw notPrivate("the one that was made has other interfaces");
  const child = Bun.spawn([...UNSHARE, ...WITH_LOOPBACK, ...command], {
    env: { ...Bun.env, [MARK]: "1" },
    stdio: ["inherit", "inherit", "inherit"],
  });
  // The terminal sends its own signals to the child too; others come here alone.
  interruption.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
  return await child.exited;
}

function notPrivate(reason: string): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_NO_PRIVATE_NETWORK",
    `expected a private network, which this host cannot make: ${reason}`,
  );
}

function isHarmless({ flags }: ReturnType<typeof readLinks>[number]): boolean {
  return flags.isLoopback || !flags.isUp;
}
