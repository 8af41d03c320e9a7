import { ptr } from "bun:ffi";
import type { Endpoint } from "../address/endpoint.ts";
import type { AddressFamily } from "../address/ip-address.ts";
import { bindError, datagramError } from "../socket/system-error.ts";
import { lastCallFailure, lastSystemError, libc } from "./libc.ts";
import {
  AF_INET,
  AF_INET6,
  decodeSockaddr,
  encodeSockaddr,
  MAX_SOCKADDR_BYTES,
} from "./sockaddr.ts";

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o200_0000;

/** A new UDP socket that is not bound yet, and never waits unless it is to. */
export function openDescriptor(
  family: AddressFamily,
  { isWaiting }: { readonly isWaiting: boolean } = { isWaiting: false },
): number {
  const domain = family === 4 ? AF_INET : AF_INET6;
  const type = SOCK_DGRAM | SOCK_CLOEXEC | (isWaiting ? 0 : SOCK_NONBLOCK);
  const fd = libc().socket(domain, type, 0);
  if (fd < 0) throw lastSystemError(`an IPv${family} socket`);
  return fd;
}

/** Makes the socket receive at `local`. */
export function bindDescriptor(fd: number, local: Endpoint): void {
  const sockaddr = encodeSockaddr(local);
  if (libc().bind(fd, ptr(sockaddr), sockaddr.byteLength) !== 0) {
    throw bindError(lastCallFailure("bind"), local);
  }
}

/** Makes `remote` the only peer. */
export function connectDescriptor(fd: number, remote: Endpoint): void {
  const sockaddr = encodeSockaddr(remote);
  if (libc().connect(fd, ptr(sockaddr), sockaddr.byteLength) !== 0) {
    throw datagramError(lastCallFailure("connect"), remote);
  }
}

/** Where the socket receives. */
export function localEndpoint(fd: number): Endpoint {
  const sockaddr = new Uint8Array(MAX_SOCKADDR_BYTES);
  const length = new Uint32Array([sockaddr.byteLength]);
  const failed = libc().getsockname(fd, ptr(sockaddr), ptr(length)) !== 0;
  const local = failed ? undefined : decodeSockaddr(sockaddr);
  if (local === undefined) throw lastSystemError("the address of a socket");
  return local;
}
