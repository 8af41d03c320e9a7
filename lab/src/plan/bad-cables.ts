import type { BadLinkOptions } from "../link/bad-link-options.ts";
import type { Cable, Node, Plan, Port } from "./plan.ts";

/** A node in the middle of a bad cable, where a program carries each frame from port to port. */
export interface LinkNode extends Node {
  readonly role: "link";
  readonly options: BadLinkOptions;
}

/** The names of a link node's ports, as the near and the far end of the cable see them. */
export const LINK_PORTS = { near: "near", far: "far" } as const;

/** The link nodes that a plan needs. */
export function linkNodesOf({ cables }: Plan): readonly LinkNode[] {
  return cables.flatMap(({ near, far, link }) =>
    link === undefined ? [] : [{ name: linkName(near, far), role: "link", options: link }],
  );
}

/** Cables with a link node in the middle are two. */
export function joinedCablesOf({ cables }: Plan): readonly Cable[] {
  return cables.flatMap((cable) => (cable.link === undefined ? [cable] : split(cable)));
}

function split({ near, far }: Cable): Cable[] {
  const node = linkName(near, far);
  const port = { node, addresses: [] };
  return [
    { near, far: { ...port, interface: LINK_PORTS.near, mtuBytes: near.mtuBytes } },
    { near: { ...port, interface: LINK_PORTS.far, mtuBytes: far.mtuBytes }, far },
  ];
}

function linkName(near: Port, far: Port): string {
  return `${near.node}-${far.node}`;
}
