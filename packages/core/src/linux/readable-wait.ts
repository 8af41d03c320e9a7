import { ptr } from "bun:ffi";
import { libc } from "./libc.ts";

const POLLIN = 1;
const POLLFD_BYTES = 8; // struct pollfd { i32 fd; i16 events; i16 revents; }
const EVENTS_OFFSET = 4;
const RETURNED_EVENTS_OFFSET = 6;
const NS_PER_SECOND = 1_000_000_000;

/**
 * Blocks this thread until a descriptor can be read or a time has passed: for programs that are a
 * loop of their own, and for workers.
 */
export class ReadableWait {
  readonly #pollfds: DataView;
  readonly #pollfdsAddress: ReturnType<typeof ptr>;
  readonly #timeout = new BigInt64Array(2); // struct timespec { i64 seconds; i64 nanoseconds; }
  readonly #timeoutAddress = ptr(this.#timeout);
  readonly #count: number;

  constructor(fds: readonly number[]) {
    const bytes = new Uint8Array(fds.length * POLLFD_BYTES);
    this.#count = fds.length;
    this.#pollfds = new DataView(bytes.buffer);
    this.#pollfdsAddress = ptr(bytes);
    for (const [index, fd] of fds.entries()) {
      this.#pollfds.setInt32(index * POLLFD_BYTES, fd, true);
      this.#pollfds.setInt16(index * POLLFD_BYTES + EVENTS_OFFSET, POLLIN, true);
    }
  }

  /** @param timeoutNs at least 0; `undefined` waits for as long as it takes. */
  wait(timeoutNs?: number): void {
    if (timeoutNs !== undefined) {
      this.#timeout[0] = BigInt(Math.floor(timeoutNs / NS_PER_SECOND));
      this.#timeout[1] = BigInt(Math.floor(timeoutNs % NS_PER_SECOND));
    }
    const timeout = timeoutNs === undefined ? null : this.#timeoutAddress;
    // A signal ends the wait, and leaves what the one before it had found.
    if (libc().ppoll(this.#pollfdsAddress, this.#count, timeout, null) < 0) this.#forget();
  }

  /** Whether a descriptor, by its place among those given, has something to read, or an end or error. */
  isReadable(index: number): boolean {
    return this.#pollfds.getInt16(index * POLLFD_BYTES + RETURNED_EVENTS_OFFSET, true) !== 0;
  }

  #forget(): void {
    for (let index = 0; index < this.#count; index++) {
      this.#pollfds.setInt16(index * POLLFD_BYTES + RETURNED_EVENTS_OFFSET, 0, true);
    }
  }
}
