import { dlopen, ptr, read } from "bun:ffi";
import { getSystemErrorName } from "node:util";
import { UdpError } from "../errors.ts";

const LIBRARY_NAMES = ["libc.so.6", "libc.so", "ld-musl-x86_64.so.1", "ld-musl-aarch64.so.1"];

const SYMBOLS = {
  __errno_location: { args: [], returns: "ptr" },
  setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  bind: { args: ["i32", "ptr", "u32"], returns: "i32" },
  connect: { args: ["i32", "ptr", "u32"], returns: "i32" },
  getsockname: { args: ["i32", "ptr", "ptr"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "ptr", "ptr"], returns: "i32" },
  send: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
  sendto: { args: ["i32", "ptr", "usize", "i32", "ptr", "u32"], returns: "i64" },
  recv: { args: ["i32", "ptr", "usize", "i32"], returns: "i64" },
  sendmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
  recvmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
  recvmmsg: { args: ["i32", "ptr", "u32", "i32", "ptr"], returns: "i32" },
  sendmmsg: { args: ["i32", "ptr", "u32", "i32"], returns: "i32" },
  shutdown: { args: ["i32", "i32"], returns: "i32" },
  write: { args: ["i32", "ptr", "usize"], returns: "i64" },
  eventfd: { args: ["u32", "i32"], returns: "i32" },
  clock_gettime: { args: ["i32", "ptr"], returns: "i32" },
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
  ppoll: { args: ["ptr", "u64", "ptr", "ptr"], returns: "i32" },
  if_nametoindex: { args: ["ptr"], returns: "u32" },
  if_indextoname: { args: ["u32", "ptr"], returns: "ptr" },
  close: { args: ["i32"], returns: "i32" },
  adjtimex: { args: ["ptr"], returns: "i32" },
} as const;

type Libc = ReturnType<typeof dlopen<typeof SYMBOLS>>["symbols"];

let loaded: Libc | undefined;

/** The C library, opened once, at first use. */
export function libc(): Libc {
  loaded ??= load();
  return loaded;
}

/** Whether there is one that this Bun can call. */
export function hasLibc(): boolean {
  try {
    return libc() !== undefined;
  } catch {
    return false;
  }
}

/**
 * A failed call as an error that names the call and the system's code.
 * Must be asked before anything else calls the C library.
 */
export function lastSystemError(call: string): UdpError<"UDP_SYSTEM"> {
  return systemError(call, lastErrorName());
}

/** As {@link lastSystemError}, where the system's name of the failure is known. */
export function systemError(call: string, errorName: string): UdpError<"UDP_SYSTEM"> {
  return new UdpError("UDP_SYSTEM", `the system refused ${call}: ${errorName}`);
}

/** A failed call as the runtime would throw it, with the system's name in `code`. When: as above. */
export function lastCallFailure(call: string): Error {
  const code = lastErrorName();
  return Object.assign(new Error(`${call}: ${code}`), { code, syscall: call });
}

/** The system's name of the last failure, such as `EAGAIN`. When: as above. */
export function lastErrorName(): string {
  const location = libc().__errno_location();
  return location === null ? "unknown error" : errorName(read.i32(location, 0));
}

/** The system's name of an error number, such as `EMSGSIZE`. */
export function errorName(errno: number): string {
  return getSystemErrorName(-errno);
}

/** Sets one socket option from its bytes. */
export function setSocketOption(
  fd: number,
  level: number,
  option: number,
  value: Uint8Array | Int32Array,
): void {
  const failure = trySocketOption(fd, level, option, value);
  if (failure !== undefined) throw systemError(`socket option ${level}/${option}`, failure);
}

/** As {@link setSocketOption}; returns the system's name of a failure instead, such as `ENODEV`. */
export function trySocketOption(
  fd: number,
  level: number,
  option: number,
  value: Uint8Array | Int32Array,
): string | undefined {
  const failed = libc().setsockopt(fd, level, option, ptr(value), value.byteLength) !== 0;
  return failed ? lastErrorName() : undefined;
}

/** The number that a socket option holds; `undefined` where the system has none to give. */
export function socketOptionNumber(fd: number, level: number, option: number): number | undefined {
  const value = new Int32Array(1);
  const length = new Uint32Array([value.byteLength]);
  const failed = libc().getsockopt(fd, level, option, ptr(value), ptr(length)) !== 0;
  return failed ? undefined : value[0];
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
