// A UDP echo server as it is written for Bun, without any check: what Bun's own socket costs. Prints its port.
const server = await Bun.udpSocket({
  hostname: "127.0.0.1",
  socket: {
    data: (socket, payload, port, address) => {
      socket.send(payload, port, address);
    },
  },
});
console.log(server.port);
