/** A server that keeps something for everybody who ever sent it a datagram. Takes the address to listen at. */
const [hostname = "127.0.0.1"] = process.argv.slice(2);

const SESSION_BYTES = 4096;

const sessions = new Map<string, Buffer>();

const server = await Bun.udpSocket({
  hostname,
  port: 0,
  socket: {
    data(socket, data, port, address) {
      const client = `${address}:${port}`;
      const session = sessions.get(client) ?? Buffer.alloc(SESSION_BYTES, data);
      sessions.set(client, session);
      socket.send("welcome", port, address);
    },
  },
});

process.stdout.write(`Listening at ${hostname}:${server.port}\n`);
