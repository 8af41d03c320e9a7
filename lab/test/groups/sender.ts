/** Sends, all from one socket, what it is given; prints the outcomes. */
import { MessageSocket } from "@udp/core/linux";
import { indexOf } from "./index-of.ts";
import type { SenderOrder } from "./order.ts";

const order: SenderOrder = JSON.parse(process.argv[2] ?? "");
const { interfaceName, loop } = order.multicast ?? {};
using socket = new MessageSocket({ family: order.family });
if (order.family === 4) socket.setBroadcast(true);
socket.setMulticast({ interfaceIndex: indexIfNamed(interfaceName), loop });
const outcomes = order.datagrams.map(({ text, to, source, interfaceName: name }) =>
  socket.send(new TextEncoder().encode(text), { to, source, interfaceIndex: indexIfNamed(name) }),
);
console.log(JSON.stringify(outcomes));

function indexIfNamed(name: string | undefined): number | undefined {
  return name === undefined ? undefined : indexOf(name);
}
