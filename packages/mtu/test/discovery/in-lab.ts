import type { Lab } from "@udp/lab";
import { AS_NOBODY } from "../nobody.ts";

const DISCOVER = Bun.fileURLToPath(import.meta.resolve("./discover.ts"));
const REFLECT = Bun.fileURLToPath(import.meta.resolve("./reflect.ts"));
const ECHO = Bun.fileURLToPath(import.meta.resolve("./echo.ts"));
const LIE = Bun.fileURLToPath(import.meta.resolve("./lying-router.ts"));

/** What `discover.ts` prints for each address. */
export interface Found {
  readonly verdict: string;
  readonly blackHole?: string;
  readonly ptbLie?: string;
  readonly pathMtuBytes?: number;
}

/** Measures from one host of a lab to an address. */
export async function discover(
  lab: Lab,
  from: string,
  address: string,
  mode = "parallel",
): Promise<Found> {
  const { stdout } = await lab.host(from).run([process.execPath, DISCOVER, address, mode]);
  return JSON.parse(stdout);
}

/** The same from host `h1`, as a user without any right. */
export async function discoverAsNobody(lab: Lab, address: string): Promise<Found> {
  const command = [...AS_NOBODY, process.execPath, DISCOVER, address];
  const { stdout } = await lab.host("h1").run(command);
  return JSON.parse(stdout);
}

/** Measures a path from end to end over IPv4 and over IPv6, at the same time. */
export async function discoverInBothFamilies(path: Lab): Promise<Found[]> {
  const { ipv4, ipv6 } = path.host("h2");
  const argv = [process.execPath, DISCOVER, `${ipv4},${ipv6}`];
  const { stdout } = await path.host("h1").run(argv);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** A reflector at the port that is asked. */
export function reflect(lab: Lab, name: string): Promise<AsyncDisposable> {
  return serve(lab, name, [REFLECT]);
}

/** An echo server there, which sends back at most so many bytes. */
export function echo(lab: Lab, name: string, maxBytes = 65_535): Promise<AsyncDisposable> {
  return serve(lab, name, [ECHO, String(maxBytes)]);
}

/** A Packet Too Big for all that is longer; `wrong` as of one who has not seen what he quotes. */
export interface Lie {
  readonly longerThanBytes: number;
  readonly claimBytes: number;
  readonly wrong?: "port" | "nonce";
}

/** Makes a router lie. */
export function lie(
  lab: Lab,
  name: string,
  { longerThanBytes, claimBytes, wrong }: Lie,
): Promise<AsyncDisposable> {
  const sizes = [longerThanBytes, claimBytes].map(String);
  return serve(lab, name, [LIE, ...sizes, ...(wrong ? [wrong] : [])]);
}

/** Rules for everything that arrives at a node, before fragments are put together. */
export async function addRules(lab: Lab, name: string, ...rules: string[]): Promise<void> {
  await addChain(lab, name, "prerouting priority -450", rules);
}

/** Rules in a chain of their own. */
export async function addChain(
  lab: Lab,
  name: string,
  hook: string,
  rules: readonly string[],
): Promise<void> {
  const chain = `type filter hook ${hook}\n${rules.join("\n")}`;
  await lab.host(name).run(["nft", `table inet test {\nchain rules {\n${chain}\n}\n}`]);
}

async function serve(lab: Lab, name: string, argv: readonly string[]): Promise<AsyncDisposable> {
  const program = await lab.host(name).spawn([process.execPath, ...argv]);
  await program.nextLine();
  return program;
}
