/** A server that explains itself at length to whoever sends it anything. Takes the address to listen at. */
const [hostname = "127.0.0.1"] = process.argv.slice(2);

const HELP = "This server knows the commands HELP, TIME and QUIT. ".repeat(27);

const server = await Bun.udpSocket({
  hostname,
  port: 0,
  socket: {
    data(socket, _data, port, address) {
      socket.send(HELP, port, address);
    },
  },
});

process.stdout.write(`Listening at ${hostname}:${server.port}\n`);
