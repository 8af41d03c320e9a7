/** The plainest echo server (RFC 862): the same bytes back, to anybody, for ever. */
const socket = await Bun.udpSocket({
  hostname: Bun.argv[2] ?? "127.0.0.1",
  socket: {
    data: (self, payload, port, address) => {
      self.send(payload, port, address);
    },
    error: () => undefined,
  },
});

console.log(`Listening at ${socket.hostname}:${socket.port}`);
