import type { Endpoint } from "@udp/core";
import { UdpError } from "@udp/core";
import { Correspondent, isAnswering } from "./correspondent.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { NO_ANSWER } from "./survival.ts";

/**
 * Behind these ports are servers of echo, chargen, DNS and NTP, which an answer may set off; beside
 * them the server's own port is tried.
 */
const SERVER_PORTS = [7, 19, 53, 123];

/** Addresses of the loopback that nobody else is likely to have. */
const VICTIM_ADDRESSES = ["127.0.13.37", "127.0.13.38", "127.0.13.39"];

export const REFLECTION: ServerScenario = {
  name: "reflection",
  title: "answers that are sent to somebody else",
  story:
    "The source of a request is forged, so the answer goes to whom it names: a victim who never asked. No server can tell an ordinary client that is forged from a true one. But hardly a client sends from the port of another service, and answers to that port set servers against each other.",
  remedy:
    "Do not answer the ports below 1024, the service's own port, and addresses that no host has; where clients of your protocol do send from its own port, as those of NTP may, answer that one alone. Let clients show by a cookie that they receive where they say. Limit answers a second.",
  reference: "RFC 8085 section 6; RFC 9000 section 8; CERT VU#417980.",
  figure: "ports of servers that are answered",
  naive: "length-server",
  examine,
};

async function examine(subject: Subject): Promise<Finding> {
  if (!(await isAnswering(subject))) return NO_ANSWER;
  const ports = [...new Set([...SERVER_PORTS, subject.endpoint.port])];
  const reflections = await Promise.all(ports.map((port) => isReflectedTo(port, subject)));
  const answered = ports.filter((_, index) => reflections[index] === true);
  const untriedCount = reflections.filter((isReflected) => isReflected === undefined).length;
  const silent = untriedCount > 0 ? "unknown" : "safe";
  return {
    verdict: answered.length === 0 ? silent : "dangerous",
    seen: describeReflection(answered, ports.length - untriedCount, untriedCount),
    figure: answered.length,
  };
}

function describeReflection(
  answered: readonly number[],
  triedCount: number,
  untriedCount: number,
): string {
  const which = answered.length === 0 ? "" : ` (${answered.join(", ")})`;
  const untried = untriedCount === 0 ? "" : `; ${untriedCount} may not be used here`;
  return `answers ${answered.length} of ${triedCount} ports of servers${which}${untried}`;
}

/** Whether such a source is answered; `undefined` where this user may not bind it. */
async function isReflectedTo(port: number, subject: Subject): Promise<boolean | undefined> {
  await using victim = await victimAt(port);
  if (victim === undefined) return undefined;
  victim.send(subject.question, subject.endpoint);
  await victim.quiet(1);
  return victim.received.length > 0;
}

async function victimAt(port: number): Promise<Correspondent | undefined> {
  for (const address of VICTIM_ADDRESSES) {
    const victim = await tryToOpen({ address, port });
    if (victim !== undefined) return victim;
  }
  return undefined;
}

async function tryToOpen(local: Endpoint): Promise<Correspondent | undefined> {
  try {
    return await Correspondent.open(local);
  } catch (error) {
    if (error instanceof UdpError) return undefined;
    throw error;
  }
}
