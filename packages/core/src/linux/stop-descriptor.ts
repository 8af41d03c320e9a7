import { ptr } from "bun:ffi";
import { lastSystemError, libc } from "./libc.ts";

const EFD_CLOEXEC = 0o200_0000;
const ONE = new BigUint64Array([1n]);

/**
 * A new descriptor that becomes readable when a thread that waits for it is to stop. Its last user closes it: the
 * thread where it ends on being told alone, else who might still tell it.
 *
 * @throws UdpError `UDP_SYSTEM`.
 */
export function openStopDescriptor(): number {
  const fd = libc().eventfd(0, EFD_CLOEXEC);
  if (fd < 0) throw lastSystemError("an event descriptor");
  return fd;
}

/** Tells the thread to stop. Not after it was closed: its number may be another one's. */
export function signalStop(fd: number): void {
  libc().write(fd, ptr(ONE), ONE.byteLength);
}

/** Nobody waits for it any more, nor will tell. */
export function closeStopDescriptor(fd: number): void {
  libc().close(fd);
}
