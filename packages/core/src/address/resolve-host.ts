import { lookup } from "node:dns/promises";
import type { NetworkInterfaceInfo } from "node:os";
import { networkInterfaces } from "node:os";
import { UdpError } from "../errors.ts";
import { unlessAborted } from "../timing/deadline.ts";
import type { AddressFamily } from "./ip-address.ts";
import { addressFamily, parseAddress } from "./ip-address.ts";
import { withZoneName } from "./zone.ts";

/** Finds the addresses of a name in the order in which they should be tried. */
export type LookUpName = (name: string) => Promise<readonly string[]>;

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

/** How {@link resolveHost} finds addresses. */
export interface ResolveOptions {
  /** Only addresses of this family. */
  readonly family?: AddressFamily | undefined;
  /** Default: the system's resolver, in its own order. */
  readonly lookUpName?: LookUpName | undefined;
  /** Ends the wait for a name; where it is aborted already, nothing is looked up. */
  readonly signal?: AbortSignal | undefined;
  /** What zones are looked up in. Default: this host's interfaces. */
  readonly interfaces?: Interfaces;
}

/**
 * The canonical addresses that a host argument means, one or more, in the resolver's order.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for what looks like an address and is none (`127.1`,
 * `0x7f.1`), is of the other family, lacks a zone that it needs, or has one that is no interface of
 * this host; `UDP_NAME_NOT_FOUND`, also for a name without an address of the family; the signal's
 * reason where it is aborted.
 */
export async function resolveHost(host: string, options: ResolveOptions = {}): Promise<string[]> {
  const { family, signal, interfaces = networkInterfaces() } = options;
  signal?.throwIfAborted();
  const read = (text: string): string => withZoneName(parseAddress(text), interfaces);
  if (looksLikeAddress(host)) return [requireFamily(requireLink(read(host), interfaces), family)];
  const addresses = (await unlessAborted(lookUp(host, options), signal)).map(read);
  const usable = addresses.filter((address) => !family || addressFamily(address) === family);
  if (usable.length > 0) return usable;
  throw new UdpError(
    "UDP_NAME_NOT_FOUND",
    `${JSON.stringify(host)} has no ${family ? `IPv${family} ` : ""}address${found(addresses)}`,
  );
}

/**
 * The canonical address of another host, as its datagrams carry it: with the zone by its name.
 *
 * @throws UdpError `UDP_BAD_ADDRESS` for what is no address, lacks a zone that it needs, or has one
 * that is no interface of this host.
 */
export function parseHostAddress(text: string): string {
  const address = parseAddress(text);
  if (!(address.includes("%") || isLinkLocal(address))) return address;
  const interfaces = networkInterfaces();
  return requireLink(withZoneName(address, interfaces), interfaces);
}

/**
 * Tries addresses in order. An attempt that fails with one of `codes` moves on to the next
 * address; the last failure is the caller's.
 */
export async function firstThatWorks<Result>(
  addresses: readonly string[],
  codes: readonly string[],
  attempt: (address: string) => Promise<Result>,
): Promise<Result> {
  const [address = "", ...others] = addresses;
  try {
    return await attempt(address);
  } catch (error) {
    const movesOn = error instanceof UdpError && codes.includes(error.code);
    if (others.length === 0 || !movesOn) throw error;
  }
  return await firstThatWorks(others, codes, attempt);
}

/** A name's last label is never a number (RFC 1123 section 2.1), and no name has a colon. */
function looksLikeAddress(host: string): boolean {
  return host === "" || host.includes(":") || /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(host);
}

function found(addresses: readonly string[]): string {
  return addresses.length === 0 ? "; check the name" : `, only ${addresses.join(", ")}`;
}

/**
 * A link-local address says nothing without its link (RFC 4007 section 6), and the system takes a
 * zone that it does not know for none.
 */
function requireLink(address: string, interfaces: Interfaces): string {
  const [, zone] = address.split("%");
  const isComplete =
    zone === undefined ? !isLinkLocal(address) : zone in interfaces || /^\d+$/.test(zone);
  if (isComplete) return address;
  throw new UdpError(
    "UDP_BAD_ADDRESS",
    zone === undefined
      ? `expected the interface behind a link-local address, such as ${address}%eth0; got ${address}`
      : `expected an interface of this host that has an address behind the %; got ${address}`,
  );
}

/** fe80::/10, RFC 4291 section 2.5.6. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][\da-f]:/.test(address);
}

function requireFamily(address: string, family: AddressFamily | undefined): string {
  if (family === undefined || addressFamily(address) === family) return address;
  throw new UdpError("UDP_BAD_ADDRESS", `expected an IPv${family} address, got ${address}`);
}

async function lookUp(name: string, options: ResolveOptions): Promise<readonly string[]> {
  const { lookUpName = lookUpWithSystem } = options;
  try {
    return await lookUpName(name);
  } catch (cause) {
    throw nameNotFound(name, cause);
  }
}

function nameNotFound(name: string, cause: unknown): UdpError<"UDP_NAME_NOT_FOUND"> {
  return new UdpError(
    "UDP_NAME_NOT_FOUND",
    `cannot find the host ${JSON.stringify(name)}; check the name, or give an address`,
    { cause },
  );
}

async function lookUpWithSystem(name: string): Promise<string[]> {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}
