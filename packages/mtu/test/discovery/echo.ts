/** Sends every datagram back, at most its first `MAX_BYTES`, until it is killed; says when it has begun. */
import { udpSocket } from "bun";

const maxBytes = Number(process.argv[2] ?? Number.POSITIVE_INFINITY);

await udpSocket({
  hostname: "::",
  port: 1060,
  socket: {
    data: (socket, datagram, port, address) => {
      socket.send(datagram.subarray(0, maxBytes), port, address);
    },
  },
});
console.log("listening");
