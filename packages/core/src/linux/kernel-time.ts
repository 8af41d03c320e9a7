import type { ControlMessage } from "./control-message.ts";
import { setSocketOption } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_TIMESTAMPING = 37;

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
