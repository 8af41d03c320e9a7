import { openBunSocket, printable } from "@udp/core";

const heard = Promise.withResolvers<string>();

await using socket = await openBunSocket({
  local: { address: "127.0.0.1", port: 0 },
  onDatagram: (payload) => heard.resolve(printable(payload)),
});
socket.send(new TextEncoder().encode("hello, me"), socket.local);

console.log(await heard.promise); // "hello, me"
