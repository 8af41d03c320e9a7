import { ptr } from "bun:ffi";
import { UdpError } from "../errors.ts";
import { integerOption } from "../option-check.ts";
import { libc } from "./libc.ts";

const MAX_NAME_BYTES = 16; // IF_NAMESIZE, the closing zero included
const MAX_INDEX = 0x7f_ff_ff_ff;

/** The number that this host gives an interface; `undefined` where there is no such interface. */
export function interfaceIndex(name: string): number | undefined {
  const bytes = new TextEncoder().encode(`${name}\0`);
  if (bytes.indexOf(0) !== bytes.length - 1) return undefined;
  const index = libc().if_nametoindex(ptr(bytes));
  return index === 0 ? undefined : index;
}

/** @throws UdpError `UDP_BAD_OPTION` for what the kernel gives no interface as its number. */
export function checkInterfaceIndex(index: number): number {
  return integerOption("interfaceIndex", index, 1, MAX_INDEX);
}

/** The error of whoever named an interface that is not there. */
export function noSuchInterface(nameOrIndex: string | number): UdpError<"UDP_BAD_OPTION"> {
  return new UdpError("UDP_BAD_OPTION", `expected an interface of this host; got ${nameOrIndex}`);
}

/** The name of the interface with this number; `undefined` where there is none. */
export function interfaceName(index: number): string | undefined {
  const name = new Uint8Array(MAX_NAME_BYTES);
  if (libc().if_indextoname(index, ptr(name)) === null) return undefined;
  return new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
}
