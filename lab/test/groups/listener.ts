/** Opens the sockets that it is given, says so, and answers each line that it reads with one. */
import { unspecifiedAddress } from "@udp/core";
import type { GroupMembership } from "@udp/core/linux";
import { MessageSocket, ReadableWait } from "@udp/core/linux";
import { indexOf } from "./index-of.ts";
import type { Command, Heard, ListenerOrder, Membership } from "./order.ts";

const order: ListenerOrder = JSON.parse(process.argv[2] ?? "");
const { family, port } = order;
const local = { address: unspecifiedAddress(family), port };
const sockets = order.sockets.map(
  ({ interfaceName }) => new MessageSocket({ family, local, interfaceName, sharesPort: true }),
);
for (const socket of sockets) socket.reportArrival(true);
console.log("ready");
for await (const line of console) console.log(JSON.stringify(answer(JSON.parse(line))));

function answer({ socket: place, join, leave, hearUntil }: Command): readonly Heard[] {
  const socket = sockets[place] ?? panic();
  if (join !== undefined) socket.joinGroup(numbered(join));
  if (leave !== undefined) socket.leaveGroup(numbered(leave));
  return hearUntil === undefined ? [] : heardBy(socket, hearUntil);
}

function heardBy(socket: MessageSocket, end: string): Heard[] {
  const heard: Heard[] = [];
  for (;;) {
    new ReadableWait([socket.fd]).wait();
    const { payload, from, destination, interfaceIndex } = socket.receive() ?? panic();
    const text = new TextDecoder().decode(payload);
    if (text === end) return heard;
    heard.push({ text, from: from.address, destination, interfaceIndex });
  }
}

function numbered({ interfaceName, ...membership }: Membership): GroupMembership {
  return { ...membership, interfaceIndex: indexOf(interfaceName) };
}

function panic(): never {
  throw new Error("expected another order");
}
