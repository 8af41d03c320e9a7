/** Asks `SERVER` from the address `SOURCE` with so many datagrams of so many bytes, and goes away. */
import { openBunSocket, parseEndpoint } from "@udp/core";

const [server = "", source = "", count, payloadBytes] = process.argv.slice(2);
await using socket = await openBunSocket({
  local: { address: source, port: 0 },
  onDatagram: () => {},
});
for (let left = Number(count); left > 0; left--) {
  const payload = new Uint8Array(Number(payloadBytes));
  while (!socket.send(payload, parseEndpoint(server))) await socket.drained();
}
