/** What becomes of a socket that is closed, or was never one; prints JSON. */
import { closeSync, fstatSync, openSync } from "node:fs";
import { UdpError } from "@udp/core";
import { PacketSocket, ReadableWait } from "@udp/core/linux";

function failureOf(interfaceName: string): string {
  try {
    using _socket = new PacketSocket(interfaceName);
    return "none";
  } catch (error) {
    return error instanceof UdpError ? error.code : String(error);
  }
}

const socket = new PacketSocket("lo"); // at e0 a neighbour may speak at any time
const wait = new ReadableWait([socket.fd]);
wait.wait(0);
const isReadable = wait.isReadable(0);
socket[Symbol.dispose]();
const file = openSync("/dev/null", "r"); // takes the number of the descriptor
socket[Symbol.dispose]();
const afterwards = {
  hasSameNumber: file === socket.fd,
  isFileOpen: fstatSync(file).isCharacterDevice(),
  received: socket.receive() ?? null,
  isSent: socket.send(new Uint8Array(100)),
};
closeSync(file);
console.log(
  JSON.stringify({ unknown: failureOf("e9"), cut: failureOf("e0\0x"), isReadable, afterwards }),
);
