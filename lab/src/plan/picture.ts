import { parseAddress } from "@udp/core";
import { linkTerms } from "../link/link-terms.ts";
import type { Cable, Node, Plan } from "./plan.ts";
import { portsOf } from "./plan.ts";

/**
 * A network as text: its cables with their MTUs, what its bad links (`~~`) do to packets, and the
 * addresses of every interface.
 *
 * ```
 * h1 ──1500── r1 ~~1400~~ r2 ──1280── h2
 * r1 ~~ r2: delay 10 ms ± 2 ms, loss 5 %
 * ```
 */
export function drawPlan(plan: Plan): string {
  const { nodes, cables } = plan;
  return [
    ...chainsOf(cables).map(drawChain),
    ...cables.flatMap(describeLink),
    ...describeFilters(nodes),
    "",
    ...drawTable([
      ["node", "interface", "addresses"],
      ...nodes.flatMap((node) => interfaceRows(plan, node)),
    ]),
  ].join("\n");
}

/** Cables joined where one begins at the node at which another ends. */
function chainsOf(cables: readonly Cable[]): Cable[][] {
  const loose = [...cables];
  const chains: Cable[][] = [];
  for (let cable = loose.shift(); cable !== undefined; cable = loose.shift()) {
    chains.push(takeChain(cable, loose));
  }
  return chains;
}

function takeChain(cable: Cable, loose: Cable[]): Cable[] {
  const index = loose.findIndex(({ near }) => near.node === cable.far.node);
  const [next] = index < 0 ? [] : loose.splice(index, 1);
  return next === undefined ? [cable] : [cable, ...takeChain(next, loose)];
}

function drawChain(chain: readonly Cable[]): string {
  const hops = chain.map((cable) => ` ${drawCable(cable)} ${cable.far.node}`);
  return `${chain[0]?.near.node}${hops.join("")}`;
}

/** Both MTUs where its ends differ, and what it carries where that is less: `1500(1400)`. */
function drawCable({ near, far, link, carriesBytes }: Cable): string {
  const line = link === undefined ? "──" : "~~";
  const mtus = [...new Set([near.mtuBytes, far.mtuBytes])];
  const isLess = carriesBytes !== undefined && carriesBytes < Math.min(...mtus);
  return `${line}${mtus.join("|")}${isLess ? `(${carriesBytes})` : ""}${line}`;
}

function describeLink({ near, far, link }: Cable): string[] {
  if (link === undefined) return [];
  const { backward, ...forward } = link;
  if (backward === undefined) return [`${near.node} ~~ ${far.node}: ${linkTerms(forward)}`];
  return [
    `${near.node} ~~> ${far.node}: ${linkTerms(forward)}`,
    `${near.node} <~~ ${far.node}: ${linkTerms(backward)}`,
  ];
}

function describeFilters(nodes: readonly Node[]): string[] {
  const names = nodes.filter(({ firewall }) => firewall !== undefined).map(({ name }) => name);
  return names.length === 0 ? [] : [`Packet filter (nft list ruleset): ${names.join(", ")}`];
}

function interfaceRows({ cables }: Plan, { name, loopbackAddresses }: Node): string[][] {
  const loopback =
    loopbackAddresses === undefined ? [] : [{ interface: "lo", addresses: loopbackAddresses }];
  return [...loopback, ...portsOf(cables, name)].map((port) => [
    name,
    port.interface,
    port.addresses.map(canonical).join("  "),
  ]);
}

/** As other programs show it, with its prefix length if it has one. */
function canonical(text: string): string {
  return text.replace(/^[^/]+/, (address) => parseAddress(address));
}

function drawTable(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number): number =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = [widthOf(0), widthOf(1), 0];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
