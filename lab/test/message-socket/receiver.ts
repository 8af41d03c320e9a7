/** Listens at the wildcard address of the family that it is given; prints its port, then what arrived. */
import { MessageSocket, ReadableWait } from "@udp/core/linux";

using socket = new MessageSocket({ family: process.argv[2] === "6" ? 6 : 4 });
socket.reportArrival(true);
console.log(socket.local.port);
new ReadableWait([socket.fd]).wait();
const { payload, ...message } = socket.receive() ?? {};
console.log(JSON.stringify({ ...message, payload: payload?.toHex() }));
