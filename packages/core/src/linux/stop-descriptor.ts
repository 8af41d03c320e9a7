import { ptr } from "bun:ffi";
import { lastSystemError, libc } from "./libc.ts";

const EFD_CLOEXEC = 0o200_0000;
const ONE = new BigUint64Array([1n]);

/**
 * A new descriptor that becomes readable when a thread that waits for it is to stop. That thread
 * closes it, being its last user.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export function openStopDescriptor(): number {
  const fd = libc().eventfd(0, EFD_CLOEXEC);
  if (fd < 0) throw lastSystemError("an event descriptor");
  return fd;
}

/** Tells the thread to stop. Not twice: the number of the descriptor may then be another one's. */
export function signalStop(fd: number): void {
  libc().write(fd, ptr(ONE), ONE.byteLength);
}

/** The thread has stopped. */
export function closeStopDescriptor(fd: number): void {
  libc().close(fd);
}
