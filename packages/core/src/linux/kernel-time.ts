import type { ControlMessage } from "./control-message.ts";
import { setSocketOption } from "./libc.ts";

export const SOL_SOCKET = 1;
export const SO_TIMESTAMPING = 37;

const TX_SOFTWARE = 2; // SOF_TIMESTAMPING_*
const RX_SOFTWARE = 8;
const SOFTWARE = 16;
const OPT_ID = 128;
const OPT_TSONLY = 2048;

const NS_PER_SECOND = 1_000_000_000n;
const TIMESPEC_BYTES = 16;

/**
 * Has the kernel say when datagrams came, and when they left; the latter by the error queue, with the
 * number of the datagram among those sent since, from 0 on.
 */
export function reportTimes(fd: number, isOn: boolean): void {
  const flags = isOn ? TX_SOFTWARE | RX_SOFTWARE | SOFTWARE | OPT_ID | OPT_TSONLY : 0;
  setSocketOption(fd, SOL_SOCKET, SO_TIMESTAMPING, Int32Array.of(flags));
}

/** Has the kernel say when datagrams came, and nothing else. */
export function reportArrivalTimes(fd: number): void {
  setSocketOption(fd, SOL_SOCKET, SO_TIMESTAMPING, Int32Array.of(RX_SOFTWARE | SOFTWARE));
}

/**
 * The time in a `struct scm_timestamping { struct timespec software, unused, hardware; }`, in
 * nanoseconds of UNIX time (`CLOCK_REALTIME`); `undefined` where the message is something else.
 */
export function decodeKernelTime({ level, type, data }: ControlMessage): bigint | undefined {
  if (level !== SOL_SOCKET || type !== SO_TIMESTAMPING) return undefined;
  if (data.byteLength < TIMESPEC_BYTES) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return view.getBigInt64(0, true) * NS_PER_SECOND + view.getBigInt64(8, true);
}

/** The same, of such a struct that begins at this word. */
export function timeInWords(words: Uint32Array, offset: number): bigint {
  const seconds = BigInt(words[offset] ?? 0) + BigInt(words[offset + 1] ?? 0) * WORD;
  return seconds * NS_PER_SECOND + BigInt(words[offset + 2] ?? 0);
}

const WORD = 0x1_00_00_00_00n;
