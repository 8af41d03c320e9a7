import type { AddressPrefix } from "./address-prefix.ts";
import { compilePrefix, isInPrefix } from "./address-prefix.ts";
import type { AddressWords } from "./ip-address.ts";
import { isMappedIpv4 } from "./ip-address.ts";

/** What a special-purpose prefix is for. */
export type SpecialPurposeKind =
  /** `0.0.0.0` and `::`, no address at all. */
  | "unspecified"
  /** The rest of 0.0.0.0/8 (RFC 791). */
  | "this-network"
  | "loopback"
  | "link-local"
  /** RFC 1918 and unique local addresses (RFC 4193). */
  | "private"
  /** Between a carrier and its customers (RFC 6598). */
  | "shared"
  | "documentation"
  | "benchmarking"
  /** 255.255.255.255 (RFC 919). */
  | "limited-broadcast"
  /** An IPv6 address that stands for an IPv4 one: NAT64, 6to4, Teredo. */
  | "transition"
  /** Assigned to the one protocol that the record names. */
  | "protocol"
  /** For future use, or withdrawn. */
  | "reserved";

/**
 * One record of the IANA special-purpose address registries (RFC 6890, RFC 8190). A boolean is
 * `undefined` where the registry says that it does not apply, or says nothing.
 */
export interface SpecialPurpose {
  /** As registered, such as `192.0.2.0/24`. */
  readonly prefix: string;
  /** As registered, such as `Documentation (TEST-NET-1)`. */
  readonly name: string;
  /** The name in one word. */
  readonly kind: SpecialPurposeKind;
  /** Numbers of the RFCs that define it. */
  readonly rfcs: readonly number[];
  /** May stand as the source of a packet. */
  readonly source: boolean | undefined;
  /** May stand as the destination of a packet. */
  readonly destination: boolean | undefined;
  /** A router may forward it between external interfaces. */
  readonly forwardable: boolean | undefined;
  /** A router may forward it beyond one administrative domain. */
  readonly globallyReachable: boolean | undefined;
  /** Every implementation of IP must treat it specially. */
  readonly reservedByProtocol: boolean | undefined;
}

type Flag = "T" | "F" | "-";

type Row = readonly [
  prefix: string,
  /** Source, destination, forwardable, globally reachable, reserved by protocol. */
  flags: `${Flag}${Flag}${Flag}${Flag}${Flag}`,
  kind: SpecialPurposeKind,
  rfcs: readonly number[],
  name: string,
];

// Compared with a copy of the registries of 2026-07-18, whose newest record is of 2025-04.
const IPV4_ROWS: readonly Row[] = [
  ["0.0.0.0/8", "TFFFT", "this-network", [791], "This network"],
  ["0.0.0.0/32", "TFFFT", "unspecified", [1122], "This host on this network"],
  ["10.0.0.0/8", "TTTFF", "private", [1918], "Private-Use"],
  ["100.64.0.0/10", "TTTFF", "shared", [6598], "Shared Address Space"],
  ["127.0.0.0/8", "FFFFT", "loopback", [1122], "Loopback"],
  ["169.254.0.0/16", "TTFFT", "link-local", [3927], "Link Local"],
  ["172.16.0.0/12", "TTTFF", "private", [1918], "Private-Use"],
  ["192.0.0.0/24", "FFFFF", "protocol", [6890], "IETF Protocol Assignments"],
  ["192.0.0.0/29", "TTTFF", "protocol", [7335], "IPv4 Service Continuity Prefix"],
  ["192.0.0.8/32", "TFFFF", "protocol", [7600], "IPv4 dummy address"],
  ["192.0.0.9/32", "TTTTF", "protocol", [7723], "Port Control Protocol Anycast"],
  ["192.0.0.10/32", "TTTTF", "protocol", [8155], "Traversal Using Relays around NAT Anycast"],
  ["192.0.0.170/32", "FFFFT", "protocol", [8880, 7050], "NAT64/DNS64 Discovery"],
  ["192.0.0.171/32", "FFFFT", "protocol", [8880, 7050], "NAT64/DNS64 Discovery"],
  ["192.0.2.0/24", "FFFFF", "documentation", [5737], "Documentation (TEST-NET-1)"],
  ["192.31.196.0/24", "TTTTF", "protocol", [7535], "AS112-v4"],
  ["192.52.193.0/24", "TTTTF", "protocol", [7450], "AMT"],
  ["192.88.99.0/24", "-----", "reserved", [7526], "Deprecated (6to4 Relay Anycast)"],
  ["192.88.99.2/32", "TTTFF", "protocol", [6751], "6a44-relay anycast address"],
  ["192.168.0.0/16", "TTTFF", "private", [1918], "Private-Use"],
  ["192.175.48.0/24", "TTTTF", "protocol", [7534], "Direct Delegation AS112 Service"],
  ["198.18.0.0/15", "TTTFF", "benchmarking", [2544], "Benchmarking"],
  ["198.51.100.0/24", "FFFFF", "documentation", [5737], "Documentation (TEST-NET-2)"],
  ["203.0.113.0/24", "FFFFF", "documentation", [5737], "Documentation (TEST-NET-3)"],
  ["240.0.0.0/4", "FFFFT", "reserved", [1112], "Reserved"],
  ["255.255.255.255/32", "FTFFT", "limited-broadcast", [8190, 919], "Limited Broadcast"],
];

const IPV6_ROWS: readonly Row[] = [
  ["::1/128", "FFFFT", "loopback", [4291], "Loopback Address"],
  ["::/128", "TFFFT", "unspecified", [4291], "Unspecified Address"],
  ["::ffff:0:0/96", "FFFFT", "transition", [4291], "IPv4-mapped Address"],
  ["64:ff9b::/96", "TTTTF", "transition", [6052], "IPv4-IPv6 Translat."],
  ["64:ff9b:1::/48", "TTTFF", "transition", [8215], "IPv4-IPv6 Translat."],
  ["100::/64", "TTTFF", "protocol", [6666], "Discard-Only Address Block"],
  ["100:0:0:1::/64", "TFFFF", "protocol", [9780], "Dummy IPv6 Prefix"],
  ["2001::/23", "FFFFF", "protocol", [2928], "IETF Protocol Assignments"],
  ["2001::/32", "TTT-F", "transition", [4380, 8190], "TEREDO"],
  ["2001:1::1/128", "TTTTF", "protocol", [7723], "Port Control Protocol Anycast"],
  ["2001:1::2/128", "TTTTF", "protocol", [8155], "Traversal Using Relays around NAT Anycast"],
  ["2001:1::3/128", "TTTTF", "protocol", [9665], "DNS-SD Service Registration Protocol Anycast"],
  ["2001:2::/48", "TTTFF", "benchmarking", [5180], "Benchmarking"],
  ["2001:3::/32", "TTTTF", "protocol", [7450], "AMT"],
  ["2001:4:112::/48", "TTTTF", "protocol", [7535], "AS112-v6"],
  ["2001:10::/28", "-----", "reserved", [4843], "Deprecated (previously ORCHID)"],
  ["2001:20::/28", "TTTTF", "protocol", [7343], "ORCHIDv2"],
  ["2001:30::/28", "TTTTF", "protocol", [9374], "Drone Remote ID Protocol Entity Tags (DETs)"],
  ["2001:db8::/32", "FFFFF", "documentation", [3849], "Documentation"],
  ["2002::/16", "TTT-F", "transition", [3056], "6to4"],
  ["2620:4f:8000::/48", "TTTTF", "protocol", [7534], "Direct Delegation AS112 Service"],
  ["3fff::/20", "FFFFF", "documentation", [9637], "Documentation"],
  ["5f00::/16", "TTTFF", "protocol", [9602], "Segment Routing (SRv6) SIDs"],
  ["fc00::/7", "TTTFF", "private", [4193, 8190], "Unique-Local"],
  ["fe80::/10", "TTFFT", "link-local", [4291], "Link-Local Unicast"],
];

interface Entry {
  readonly prefix: AddressPrefix;
  readonly record: SpecialPurpose;
}

let ipv4Entries: readonly Entry[] | undefined;
let ipv6Entries: readonly Entry[] | undefined;

/**
 * The record with the longest prefix that holds the address; `undefined` for ordinary unicast and
 * for multicast, which these registries leave out. An address in IPv4-mapped form is looked up as
 * the IPv4 address that it is, so the record `::ffff:0:0/96` is listed but never found.
 */
export function findSpecialPurpose(words: AddressWords): SpecialPurpose | undefined {
  const entries = isMappedIpv4(words) ? ipv4Registry() : ipv6Registry();
  return entries.find((entry) => isInPrefix(words, entry.prefix))?.record;
}

/** Every record, IPv4 before IPv6, the longest prefixes of each first. */
export function specialPurposes(): readonly SpecialPurpose[] {
  return [...ipv4Registry(), ...ipv6Registry()].map((entry) => entry.record);
}

function ipv4Registry(): readonly Entry[] {
  ipv4Entries ??= compileRows(IPV4_ROWS);
  return ipv4Entries;
}

function ipv6Registry(): readonly Entry[] {
  ipv6Entries ??= compileRows(IPV6_ROWS);
  return ipv6Entries;
}

function compileRows(rows: readonly Row[]): readonly Entry[] {
  return rows
    .map((row) => ({ prefix: compilePrefix(row[0]), record: readRow(row) }))
    .sort((one, other) => other.prefix.lengthBits - one.prefix.lengthBits);
}

function readRow([prefix, flags, kind, rfcs, name]: Row): SpecialPurpose {
  return {
    prefix,
    name,
    kind,
    rfcs,
    source: readFlag(flags[0]),
    destination: readFlag(flags[1]),
    forwardable: readFlag(flags[2]),
    globallyReachable: readFlag(flags[3]),
    reservedByProtocol: readFlag(flags[4]),
  };
}

function readFlag(flag: string | undefined): boolean | undefined {
  return flag === "-" ? undefined : flag === "T";
}
