/**
 * Receives at the wildcard address that it is given, with `unicastOnly` where that is asked for;
 * prints its port, and then the text of each datagram.
 */
import { openBunSocket } from "@udp/core";

const [, , wildcard = "", option] = process.argv;
const { local } = await openBunSocket({
  local: { address: wildcard, port: 0 },
  unicastOnly: option === "unicastOnly",
  onDatagram: (payload) => console.log(new TextDecoder().decode(payload)),
});
console.log(local.port);
