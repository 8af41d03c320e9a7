import type { Endpoint } from "@udp/core";
import { DEFAULT_PORT, UdpError } from "@udp/core";
import { Correspondent, isAnswering } from "./correspondent.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { NO_ANSWER } from "./survival.ts";

/** No client sends from these ports: behind them are servers, which an answer may set off. */
const SERVER_PORTS = { echo: 7, chargen: 19, dns: 53, ntp: 123, "this toolkit": DEFAULT_PORT };

/** Addresses of the loopback that nobody else is likely to have. */
const VICTIM_ADDRESSES = ["127.0.13.37", "127.0.13.38", "127.0.13.39"];

export const REFLECTION: ServerScenario = {
  name: "reflection",
  title: "answers that are sent to somebody else",
  story:
    "The source of a request is forged, so the answer goes to whom it names: a victim who never asked. No server can tell an ordinary client that is forged from a true one. But it can tell that no client sends from the port of another service.",
  remedy:
    "Do not answer the ports below 1024, the service's own port, and addresses that no host has. Let clients show by a cookie that they receive where they say. Limit answers a second.",
  reference: "RFC 8085 section 6; RFC 9000 section 8; CERT VU#417980.",
  figure: "ports of servers that are answered",
  naive: "length-server",
  examine,
};

async function examine(subject: Subject): Promise<Finding> {
  if (!(await isAnswering(subject))) return NO_ANSWER;
  const ports = [...Object.values(SERVER_PORTS), subject.endpoint.port];
  const reflections = await Promise.all(ports.map((port) => isReflectedTo(port, subject)));
  const tried = reflections.filter((isReflected) => isReflected !== undefined);
  const count = tried.filter(Boolean).length;
  return {
    verdict: count === 0 ? "safe" : "dangerous",
    seen: `answers ${count} of ${tried.length} ports of servers`,
    figure: count,
  };
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
