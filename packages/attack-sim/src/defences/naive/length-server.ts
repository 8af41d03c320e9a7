/**
 * The server of the original article, in the shape that Bun documents: it believes that everybody
 * sends text and waits for the answer. Takes the address to listen at.
 */
const [hostname = "127.0.0.1"] = process.argv.slice(2);

const server = await Bun.udpSocket({
  hostname,
  port: 0,
  socket: {
    data(socket, data, port, address) {
      const text = asciiText(data);
      socket.send(`Your data was ${text.length} bytes long`, port, address);
    },
  },
});

process.stdout.write(`Listening at ${hostname}:${server.port}\n`);

/** As Python's `decode("ascii")`: other bytes are an error, which nobody expects here. */
function asciiText(data: Buffer): string {
  if (data.some((byte) => byte > 127)) throw new TypeError("not ASCII");
  return data.toString("latin1");
}
