import type { Endpoint } from "@udp/core";
import { formatEndpoint } from "@udp/core";
import type { WayCounters } from "../link/bad-link.ts";
import type { LinkReport } from "../link/link-report.ts";
import type { Cable, Plan } from "../plan/plan.ts";
import type { RelayReport } from "../relay/relay-report.ts";

/** What a person can type in a network, two lines. */
export function hints({ nodes }: Plan): string[] {
  const hosts = nodes.filter(({ role }) => role === "host").map(({ name }) => name);
  const [here = "", there = here] = [hosts[0], hosts.at(-1)];
  return [
    `Every node is a command: \`${there} udp-echo server :: &\` runs a program at ${there}, \`${there}\` opens a shell there.`,
    `You are at ${here}: \`udp-echo client ${there}\`, \`ping ${there}\`; \`exit\` takes the network away.`,
  ];
}

/** What a bad link did, a line for each way. */
export function linkCounts(
  { near, far }: Pick<Cable, "near" | "far">,
  { forward, backward }: LinkReport,
): string[] {
  return [
    `${near.node} ~~> ${far.node}: ${counts(forward)}`,
    `${near.node} <~~ ${far.node}: ${counts(backward)}`,
  ];
}

/** The same of a relay, and a line where clients were refused. */
export function relayCounts(target: Endpoint, report: RelayReport): string[] {
  const { forward, backward, refused } = report;
  const server = formatEndpoint(target);
  return [
    `clients ~~> ${server}: ${counts(forward)}`,
    `clients <~~ ${server}: ${counts(backward)}`,
    ...(refused > 0 ? [`refused for too many clients: ${refused}`] : []),
  ];
}

/** What should not have happened is named where it has. */
function counts({ missed = 0, unsent, underWay, ...counters }: ShownCounters): string {
  const { sent, lost, overflowed, duplicated, reordered, delivered } = counters;
  return [
    `sent ${sent}, lost ${lost}, overflowed ${overflowed}, duplicated ${duplicated}`,
    `reordered ${reordered}, delivered ${delivered - underWay}`,
    ...(underWay > 0 ? [`under way ${underWay}`] : []),
    ...(missed > 0 ? [`missed ${missed}`] : []),
    ...(unsent > 0 ? [`unsent ${unsent}`] : []),
  ].join(", ");
}

interface ShownCounters extends WayCounters {
  readonly missed?: number;
  readonly unsent: number;
}
