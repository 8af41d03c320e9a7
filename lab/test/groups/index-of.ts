import { readLinks } from "@udp/core/linux";

/** The number of an interface of this host. */
export function indexOf(interfaceName: string): number {
  const link = readLinks().find(({ name }) => name === interfaceName);
  if (link === undefined) throw new Error(`expected an interface ${interfaceName}`);
  return link.index;
}
