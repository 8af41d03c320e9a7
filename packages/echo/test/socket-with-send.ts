import type { DatagramSocket } from "@udp/core";

/** The same socket, but that it sends single datagrams another way. */
export function socketWithSend(
  socket: DatagramSocket,
  send: DatagramSocket["send"],
): DatagramSocket {
  return {
    send,
    local: socket.local,
    remote: socket.remote,
    get droppedCount() {
      return socket.droppedCount;
    },
    get isClosed() {
      return socket.isClosed;
    },
    sendMany: (datagrams) => socket.sendMany(datagrams),
    drained: () => socket.drained(),
    close: () => socket.close(),
    [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose](),
  };
}
