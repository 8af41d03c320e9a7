import { dlopen, ptr, read } from "bun:ffi";
import { getSystemErrorName } from "node:util";
import { UdpError } from "../errors.ts";

const LIBRARY_NAMES = ["libc.so.6", "libc.so", "ld-musl-x86_64.so.1", "ld-musl-aarch64.so.1"];

const SYMBOLS = {
  __errno_location: { args: [], returns: "ptr" },
  setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  send: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
  sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
  recv: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
  ppoll: { args: ["ptr", "u64", "ptr", "ptr"], returns: "i32" },
  if_nametoindex: { args: ["ptr"], returns: "u32" },
  close: { args: ["i32"], returns: "i32" },
} as const;

type Libc = ReturnType<typeof dlopen<typeof SYMBOLS>>["symbols"];

let loaded: Libc | undefined;

/** The C library, opened once, at first use. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

/**
 * A failed call as an error that names the call and the system's code.
 * Must be asked before anything else calls the C library.
 */
export function lastSystemError(call: string): UdpError<"UDP_SYSTEM"> {
  const location = libc().__errno_location();
  const name = location === null ? "unknown error" : getSystemErrorName(-read.i32(location, 0));
  return new UdpError("UDP_SYSTEM", `the system refused ${call}: ${name}`);
}

/** Sets one socket option from its bytes. */
export function setSocketOption(
  fd: number,
  level: number,
  option: number,
  value: Uint8Array | Int32Array,
): void {
  if (libc().setsockopt(fd, level, option, ptr(value), value.byteLength) !== 0) {
    throw lastSystemError(`socket option ${level}/${option}`);
  }
}

/** A flag of one call: it fails where it would have to wait. */
export const MSG_DONTWAIT = 0x40;

/** Throws away what a socket has received so far. */
export function discardQueued(fd: number): void {
  const nowhere = new Uint8Array(1);
  while (libc().recv(fd, ptr(nowhere), 0, MSG_DONTWAIT) >= 0);
}

function load(): Libc {
  const failures: unknown[] = [];
  for (const name of LIBRARY_NAMES) {
    try {
      return dlopen(name, SYMBOLS).symbols;
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw new UdpError(
    "UDP_SYSTEM",
    `expected a C library, found none of ${LIBRARY_NAMES.join(", ")}`,
    {
      cause: new AggregateError(failures),
    },
  );
}
