import type { Finding, ServerScenario } from "./server-scenario.ts";
import type { VictimKind } from "./victim-process.ts";
import { VictimProcess } from "./victim-process.ts";

/** What a scenario found out about a careless server, and about ours. */
export interface ServerComparison {
  /** What was tried. */
  readonly scenario: ServerScenario;
  /** What was found out, by server. */
  readonly findings: Readonly<Record<VictimKind, Finding>>;
}

/**
 * Tries a scenario on both servers, each a process of its own.
 *
 * @throws Error where one of them does not start.
 */
export async function compareServers(scenario: ServerScenario): Promise<ServerComparison> {
  const naive = await examineVictim("naive", scenario);
  return { scenario, findings: { naive, "udp-echo": await examineVictim("udp-echo", scenario) } };
}

async function examineVictim(kind: VictimKind, scenario: ServerScenario): Promise<Finding> {
  await using victim = await VictimProcess.start(kind, scenario);
  return await scenario.examine(victim.subject);
}

/** Whether the careless server is dangerous, and ours is not. */
export function isAsExpected({ findings }: ServerComparison): boolean {
  return findings.naive.verdict === "dangerous" && findings["udp-echo"].verdict === "safe";
}
