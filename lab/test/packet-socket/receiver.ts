/** Prints the first IPv4 frame that arrives at `e0`, once it has said that it is ready. */
import { OFFLOAD_HEADER_BYTES, PacketSocket, ReadableWait } from "@udp/core/linux";

const ETHERTYPE_OFFSET = 12;

using socket = new PacketSocket("e0");
const wait = new ReadableWait([socket.fd]);
console.log("ready");
for (;;) {
  wait.wait();
  const frame = socket.receive()?.subarray(OFFLOAD_HEADER_BYTES);
  if (frame?.subarray(ETHERTYPE_OFFSET, ETHERTYPE_OFFSET + 2).toHex() !== "0800") continue;
  console.log(frame.toHex());
  break;
}
