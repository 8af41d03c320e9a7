/** Sends to the port that it is given, at each of the addresses, a datagram with that address. */
import { openBunSocket } from "@udp/core";

const [, , port, ...addresses] = process.argv;
await using socket = await openBunSocket({
  local: { address: "::", port: 0 },
  allowBroadcast: true,
  onDatagram: () => {},
});
for (const address of addresses) {
  socket.send(new TextEncoder().encode(address), { address, port: Number(port) });
}
