import { isMulticast } from "../address/address-class.ts";
import type { AddressFamily } from "../address/ip-address.ts";
import { addressFamily, addressWords } from "../address/ip-address.ts";
import { UdpError } from "../errors.ts";
import { checkInterfaceIndex, noSuchInterface } from "./interface-index.ts";
import { ipOptions } from "./ip-options.ts";
import { systemError, trySocketOption } from "./libc.ts";
import { encodeSockaddr } from "./sockaddr.ts";

/** A multicast group at one interface. */
export interface GroupMembership {
  /** A canonical multicast address of the socket's family, without a zone. */
  readonly group: string;
  /** The number of the interface; a group is joined at each interface by itself. */
  readonly interfaceIndex: number;
  /** The only host to hear, or one of those: source-specific multicast (RFC 4607). Default: all. */
  readonly source?: string | undefined;
}

const MCAST_JOIN_GROUP = 42;
const MCAST_LEAVE_GROUP = 45;
const MCAST_JOIN_SOURCE_GROUP = 46;
const MCAST_LEAVE_SOURCE_GROUP = 47;

const GROUP_OFFSET = 8;
const SOCKADDR_STORAGE_BYTES = 128;

/** Joined already, or left already: what was asked for is so. */
const NOTHING_TO_DO: ReadonlySet<string> = new Set(["EADDRINUSE", "EADDRNOTAVAIL"]);

/** The source of those who hear all. */
const ALL = "";

/** The groups that one socket has joined. */
export class GroupMemberships {
  readonly #fd: number;
  readonly #family: AddressFamily;
  /** By group and interface, since the kernel quietly does something else where modes are mixed. */
  readonly #sources = new Map<string, Set<string>>();

  constructor(fd: number, family: AddressFamily) {
    this.#fd = fd;
    this.#family = family;
  }

  /** @throws UdpError `UDP_BAD_OPTION`, `UDP_SYSTEM`. */
  join(membership: GroupMembership): void {
    const { interfaceIndex, source = ALL } = this.#check(membership);
    const sources = this.#sources.get(keyOf(membership)) ?? new Set();
    if (sources.size > 0 && sources.has(ALL) !== (source === ALL)) throw mixedModes(membership);
    const option = source === ALL ? MCAST_JOIN_GROUP : MCAST_JOIN_SOURCE_GROUP;
    const failure = this.#request(option, membership);
    if (failure === "ENODEV") throw noSuchInterface(interfaceIndex);
    if (failure === "ENOBUFS" || failure === "ENOMEM") throw tooMany(membership, failure);
    if (failure !== undefined) throw systemError(`joining ${describe(membership)}`, failure);
    this.#sources.set(keyOf(membership), sources.add(source));
  }

  /** @throws UdpError `UDP_BAD_OPTION`, `UDP_SYSTEM`. */
  leave(membership: GroupMembership): void {
    const { source } = this.#check(membership);
    const sources = this.#sources.get(keyOf(membership));
    if (sources === undefined || !(source === undefined || sources.has(source))) return;
    const option = source === undefined ? MCAST_LEAVE_GROUP : MCAST_LEAVE_SOURCE_GROUP;
    const failure = this.#request(option, membership);
    // With its interface, the membership has gone.
    if (failure !== undefined && failure !== "ENODEV") {
      throw systemError(`leaving ${describe(membership)}`, failure);
    }
    if (source !== undefined) sources.delete(source);
    if (source === undefined || sources.size === 0) this.#sources.delete(keyOf(membership));
  }

  #check(membership: GroupMembership): GroupMembership {
    const { group, interfaceIndex, source = group } = membership;
    checkInterfaceIndex(interfaceIndex);
    const isOfFamily = [group, source].every((address) => addressFamily(address) === this.#family);
    if (isOfFamily && !group.includes("%") && isMulticast(addressWords(group))) return membership;
    throw new UdpError(
      "UDP_BAD_OPTION",
      `expected an IPv${this.#family} multicast address without a zone, and a source of that family; got ${describe(membership)}`,
    );
  }

  #request(option: number, membership: GroupMembership): string | undefined {
    const { level } = ipOptions(this.#family);
    const failure = trySocketOption(this.#fd, level, option, encodeGroupRequest(membership));
    return failure === undefined || NOTHING_TO_DO.has(failure) ? undefined : failure;
  }
}

/**
 * `struct group_req { u32 interface; u8 pad[4]; sockaddr_storage group; }`; where a source is named,
 * `struct group_source_req`, which has `sockaddr_storage source` behind it.
 */
export function encodeGroupRequest({ group, interfaceIndex, source }: GroupMembership): Uint8Array {
  const addresses = source === undefined ? [group] : [group, source];
  const request = new Uint8Array(GROUP_OFFSET + addresses.length * SOCKADDR_STORAGE_BYTES);
  new DataView(request.buffer).setUint32(0, interfaceIndex, true);
  for (const [index, address] of addresses.entries()) {
    const sockaddr = encodeSockaddr({ address, port: 0 });
    request.set(sockaddr, GROUP_OFFSET + index * SOCKADDR_STORAGE_BYTES);
  }
  return request;
}

function keyOf({ group, interfaceIndex }: GroupMembership): string {
  return `${group}%${interfaceIndex}`;
}

function describe({ group, interfaceIndex, source }: GroupMembership): string {
  return `${group}${source === undefined ? "" : ` from ${source}`} at interface ${interfaceIndex}`;
}

function mixedModes(membership: GroupMembership): UdpError<"UDP_BAD_OPTION"> {
  return new UdpError(
    "UDP_BAD_OPTION",
    `a group is heard either from all or from sources that are named; leave it before ${describe(membership)}`,
  );
}

function tooMany(membership: GroupMembership, failure: string): UdpError<"UDP_SYSTEM"> {
  return new UdpError(
    "UDP_SYSTEM",
    `this socket can join no more: ${describe(membership)} (${failure}); net.ipv4.igmp_max_memberships, igmp_max_msf and net.ipv6.mld_max_msf are the limits`,
  );
}
