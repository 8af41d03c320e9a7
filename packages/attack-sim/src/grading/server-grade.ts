import { checkPort } from "@udp/core";
import { AttackSimError } from "../errors.ts";
import { SERVER_SCENARIOS } from "../servers/catalogue.ts";
import { isAnswering } from "../servers/correspondent.ts";
import { processAt } from "../servers/process-at.ts";
import type { Finding, ServerScenario, Subject } from "../servers/server-scenario.ts";
import { DEAD } from "../servers/survival.ts";
import type { Grade } from "./grade.ts";

/** Which server is tried. */
export interface GradeServerOptions {
  /** Its port at 127.0.0.1, 1 to 65535. */
  readonly port: number;
  /** What it answers when nothing is wrong. */
  readonly question: Uint8Array;
  /** Told of each scenario before it is tried. */
  readonly onScenario?: ((scenario: ServerScenario) => void) | undefined;
  /** Ends it between two scenarios. */
  readonly signal?: AbortSignal | undefined;
}

/** What one scenario found out. */
export interface ServerFinding extends Finding {
  readonly scenario: ServerScenario;
}

/** `POOR`: something is dangerous. `GOOD`: nothing is, but not all could be tried. `GREAT`: all is safe. */
export interface ServerGrade {
  readonly grade: Grade;
  readonly findings: readonly ServerFinding[];
}

/**
 * Tries every scenario on a server of the user's. One that is dangerous may end it.
 *
 * @throws AttackSimError `ATTACK_SIM_NO_ANSWER`; UdpError `UDP_BAD_PORT`; the signal's reason.
 */
export async function gradeServer(options: GradeServerOptions): Promise<ServerGrade> {
  const port = checkPort(options.port, 1);
  const endpoint = { address: "127.0.0.1", port };
  const subject = { endpoint, pid: await processAt(port), question: options.question };
  if (!(await isAnswering(subject))) throw silent(subject);
  const findings: ServerFinding[] = [];
  for (const scenario of SERVER_SCENARIOS) {
    options.signal?.throwIfAborted();
    options.onScenario?.(scenario);
    findings.push({ scenario, ...(await examineOne(scenario, subject, findings)) });
  }
  return { grade: gradeOf(findings), findings };
}

/** Whatever a server withstood: it is to answer afterwards. */
async function examineOne(
  scenario: ServerScenario,
  subject: Subject,
  before: readonly Finding[],
): Promise<Finding> {
  if (before.some(({ seen }) => seen === DEAD.seen)) return ENDED;
  const finding = await scenario.examine(subject);
  return (await isAnswering(subject)) ? finding : DEAD;
}

const ENDED: Finding = { verdict: "unknown", seen: "not tried: the server answers no more" };

function gradeOf(findings: readonly Finding[]): Grade {
  const verdicts = findings.map(({ verdict }) => verdict);
  if (verdicts.includes("dangerous")) return "POOR";
  return verdicts.includes("unknown") ? "GOOD" : "GREAT";
}

function silent({ endpoint: { address, port } }: Subject): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_NO_ANSWER",
    `the server at ${address}:${port} does not answer its question; is it running, and does --question say what it answers?`,
  );
}
