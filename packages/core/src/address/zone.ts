import type { NetworkInterfaceInfo } from "node:os";

/**
 * The address with its zone by interface name, as received datagrams carry it. Resolvers and people
 * may give the interface's number instead (RFC 4007 section 11.2); a number of no link-local
 * interface stays as it is.
 */
export function withZoneName(
  address: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string {
  const [, bare, index] = /^(.+)%(\d+)$/.exec(address) ?? [];
  if (index === undefined) return address;
  const named = Object.entries(interfaces).find(([, list = []]) =>
    list.some((info) => info.family === "IPv6" && info.scopeid === Number(index)),
  );
  return named === undefined ? address : `${bare}%${named[0]}`;
}
