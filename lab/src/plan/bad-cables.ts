import type { BadLinkOptions } from "../link/bad-link-options.ts";
import type { Cable, Node, Plan } from "./plan.ts";

/** A node in the middle of a bad cable, where a program carries each frame from port to port. */
export interface LinkNode extends Node {
  readonly role: "link";
  readonly options: BadLinkOptions;
}

/** The names of a link node's ports, as the near and the far end of the cable see them. */
export const LINK_PORTS = { near: "near", far: "far" } as const;

/** The link nodes that a plan needs, in the order of its cables. */
export function linkNodesOf({ cables }: Plan): readonly LinkNode[] {
  return cables.flatMap(({ link }, index) =>
    link === undefined ? [] : [{ name: linkName(index), role: "link", options: link }],
  );
}

/** Cables with a link node in the middle are two. */
export function joinedCablesOf({ cables }: Plan): readonly Cable[] {
  return cables.flatMap((cable, index) =>
    cable.link === undefined ? [cable] : split(cable, linkName(index)),
  );
}

/** What is too long for an end of the cable is lost there, and not in the link. */
function split({ near, far }: Cable, node: string): Cable[] {
  const port = { node, addresses: [], mtuBytes: Math.max(near.mtuBytes, far.mtuBytes) };
  return [
    { near, far: { ...port, interface: LINK_PORTS.near } },
    { near: { ...port, interface: LINK_PORTS.far }, far },
  ];
}

/** A name that no other node can have. */
function linkName(index: number): string {
  return `link-${index + 1}`;
}
