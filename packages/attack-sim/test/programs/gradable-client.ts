/**
 * A client with the virtues that it is told to have: `port` (asks from a new one each time), `source`
 * (believes the server alone), `id` (a random one, which it compares), `patience` (goes on waiting).
 * Usage: gradable-client.ts HOST PORT [VIRTUE…]
 */
const [host = "", portText = "", ...virtues] = process.argv.slice(2);
const has = (virtue: string): boolean => virtues.includes(virtue);
const port = Number(portText);
const id = has("id") ? crypto.getRandomValues(new Uint8Array(2)) : new Uint8Array(2);

const socket = await Bun.udpSocket({
  hostname: host,
  port: has("port") ? 0 : 40_000,
  socket: {
    data(_socket, data, fromPort, fromAddress) {
      const isFromServer = fromPort === port && fromAddress === host;
      const isAnswer = Buffer.compare(data.subarray(0, 2), id) === 0;
      if ((isFromServer || !has("source")) && (isAnswer || !has("id"))) {
        process.stdout.write(`${data.subarray(2)}\n`);
        process.exit(0);
      }
      if (!has("patience")) process.exit(1);
    },
  },
});
socket.send(Buffer.concat([id, Buffer.from("how are you?")]), port, host);
