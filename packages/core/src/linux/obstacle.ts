import { UdpError } from "../errors.ts";
import { ipOptions } from "./ip-options.ts";
import { lastErrorName, libc, MSG_DONTWAIT, setSocketOption, systemError } from "./libc.ts";
import { MessageArray } from "./message-array.ts";
import { MessageSocket } from "./message-socket.ts";
import { ReadableWait } from "./readable-wait.ts";
import { closeDescriptor, openServerDescriptor } from "./server-descriptor.ts";
import { receiveUnicastOnly } from "./socket-options.ts";

const LOCAL = { address: "127.0.0.1", port: 0 };

/** A datagram on the loopback is there as soon as it is sent; this is for a host that is busy. */
const PATIENCE_NS = 100_000_000;

/**
 * Why this host has no `BatchSocket`, in words; `undefined` where it has. Old kernels and sandboxes lack calls
 * and options. Tries them on a socket of the loopback, where nothing is sent.
 */
export function batchSocketObstacle(): string | undefined {
  return obstacleIn(() => {
    const { fd } = openServerDescriptor({ local: LOCAL });
    try {
      const { level, receivePacketInfo } = ipOptions(4);
      setSocketOption(fd, level, receivePacketInfo, Int32Array.of(1));
      receiveUnicastOnly(fd, 4);
      const { address } = new MessageArray(1);
      const receivedCount = libc().recvmmsg(fd, address, 1, MSG_DONTWAIT, null);
      if (receivedCount < 0) requireName("recvmmsg", "EAGAIN");
      if (libc().sendmmsg(fd, address, 0, MSG_DONTWAIT) < 0) requireName("sendmmsg");
    } finally {
      closeDescriptor(fd);
    }
  });
}

/** The same for a `MessageSocket` that reports errors and times, which sends itself a datagram. */
export function messageSocketObstacle(): string | undefined {
  return obstacleIn(() => {
    using socket = new MessageSocket({ family: 4, local: LOCAL });
    socket.reportErrors(true);
    socket.reportTimes(true);
    const outcome = socket.send(new Uint8Array(1), { to: socket.local });
    new ReadableWait([socket.fd]).wait(PATIENCE_NS);
    if (socket.receive() !== undefined) return;
    throw new UdpError("UDP_SYSTEM", `a socket of the loopback does not hear itself (${outcome})`);
  });
}

function requireName(call: string, expected?: string): void {
  const name = lastErrorName();
  if (name !== expected) throw systemError(call, name);
}

function obstacleIn(trial: () => void): string | undefined {
  try {
    trial();
    return undefined;
  } catch (error) {
    if (error instanceof UdpError) return error.message;
    throw error;
  }
}
