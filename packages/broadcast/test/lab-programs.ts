import type { LabHost, RunningProgram } from "@udp/lab";
import type { InferOutput } from "valibot";
import type {
  BroadcastDocumentSchemas,
  DiscoveryDocument,
  HeardDocument,
  MembershipDocument,
  ResponderDocument,
} from "../src/documents.ts";
import { documents, UDP_BROADCAST } from "./udp-broadcast.ts";

/** What `server --answer` joins. */
const DISCOVERY_GROUPS = { 4: "239.255.66.67", 6: "ff12::7542:4341" } as const;

/** Starts `server --answer`, and waits until it is there, and in its groups at its interfaces. */
export async function startResponder(
  host: LabHost,
  { argv = [], joins = 1 }: { readonly argv?: readonly string[]; readonly joins?: number } = {},
): Promise<RunningProgram> {
  const program = await host.spawn([...UDP_BROADCAST, "server", ...argv, "--answer", "--json"]);
  await program.nextLine();
  for (let joined = 0; joined < joins; ) {
    const { kind, type, group } = JSON.parse(await program.nextLine());
    const isOurs = Object.values(DISCOVERY_GROUPS).some((own) => own === group);
    if (kind === "membership" && type === "joined" && isOurs) joined++;
  }
  return program;
}

/** What a discovery found, and how. */
export interface Discovered {
  readonly responders: readonly ResponderDocument[];
  readonly summary: DiscoveryDocument;
}

/** Runs `discover` to its end, whatever that is. */
export async function runDiscover(
  host: LabHost,
  argv: readonly string[] = [],
): Promise<Discovered> {
  await using program = await host.spawn([...UDP_BROADCAST, "discover", ...argv, "--json"]);
  const { stdout } = await program.end();
  const [summary] = ofKind(stdout, "discovery");
  if (summary === undefined) throw new Error(`no discovery in ${stdout}`);
  return { responders: ofKind(stdout, "responder"), summary };
}

/** By which ways a responder was reached: `e0 limited 255.255.255.255`, in order. */
export function waysOf({ paths }: ResponderDocument): readonly string[] {
  return paths
    .map(({ method, address, interface: name }) => `${name} ${method} ${address}`)
    .toSorted();
}

/** The truth table, by way: `yes`, or why not. */
export async function runCheck(
  host: LabHost,
  argv: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  await using program = await host.spawn([...UDP_BROADCAST, "check", ...argv, "--json"]);
  const { stdout } = await program.end();
  const [check] = ofKind(stdout, "check");
  const rows = (check?.paths ?? []).map(
    ({ interface: name, method, address, reason }) =>
      [`${name ?? "routes"} ${method} ${address}`, reason ?? "yes"] as const,
  );
  return Object.fromEntries(rows);
}

/** Waits for a membership line. */
export async function untilMembership(
  program: RunningProgram,
  expected: Partial<MembershipDocument>,
): Promise<void> {
  for (;;) {
    const document = JSON.parse(await program.nextLine());
    if (document.kind === "membership" && Bun.deepMatch(expected, document)) return;
  }
}

/** The next text that a server heard. */
export async function nextHeard(program: RunningProgram): Promise<HeardDocument> {
  for (;;) {
    const document = JSON.parse(await program.nextLine());
    if (document.kind === "heard") return document;
  }
}

type AnyDocument = InferOutput<BroadcastDocumentSchemas[keyof BroadcastDocumentSchemas]>;

/** The documents of one kind on stdout. */
export function ofKind<Kind extends AnyDocument["kind"]>(
  stdout: string,
  kind: Kind,
): readonly Extract<AnyDocument, { kind: Kind }>[] {
  const isIt = (document: AnyDocument): document is Extract<AnyDocument, { kind: Kind }> =>
    document.kind === kind;
  return documents(stdout).filter(isIt);
}
