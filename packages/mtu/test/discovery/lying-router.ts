/**
 * Claims of every datagram longer than `LONGER_THAN` bytes that arrives at `e0` that the next link
 * carries `CLAIM` bytes, while the kernel passes it on. With a third argument it is a stranger who
 * has not seen the datagram: he quotes another `port` or another `nonce`. Says when it has begun.
 */
import { OFFLOAD_HEADER_BYTES, PacketSocket, ReadableWait } from "@udp/core/linux";
import { ipHeaderBytes, packetTooBig } from "./packet-too-big.ts";

const ETHERNET_HEADER_BYTES = 14;
const UDP = 17;

/** Which byte a stranger gets wrong, behind the IP header: the last one of each. */
const WRONG_OFFSETS: Readonly<Record<string, number>> = { port: 1, nonce: 15 };

const [longerThan, claim] = process.argv.slice(2, 4).map(Number);
const wrongOffset = WRONG_OFFSETS[process.argv[4] ?? ""];

using socket = new PacketSocket("e0");
const wait = new ReadableWait([socket.fd]);
console.log("lying");
for (;;) {
  wait.wait();
  for (let received = socket.receive(); received; received = socket.receive()) {
    const frame = received.subarray(OFFLOAD_HEADER_BYTES);
    const packet = frame.subarray(ETHERNET_HEADER_BYTES);
    if (isDatagram(packet) && packet.length > (longerThan ?? 0)) socket.send(lieAbout(frame));
  }
}

function isDatagram(packet: Uint8Array): boolean {
  return packet[ipHeaderBytes(packet) === 40 ? 6 : 9] === UDP;
}

/** To where the packet came from, behind the offload header that stands for "nothing to compute". */
function lieAbout(frame: Uint8Array): Uint8Array {
  const ethernet = [...frame.subarray(6, 12), ...frame.subarray(0, 6), ...frame.subarray(12, 14)];
  const quoted = frame.slice(ETHERNET_HEADER_BYTES);
  if (wrongOffset !== undefined) {
    const offset = ipHeaderBytes(quoted) + wrongOffset;
    quoted[offset] = (quoted[offset] ?? 0) ^ 1;
  }
  const lie = packetTooBig(quoted, claim ?? 0);
  return Uint8Array.of(...new Uint8Array(OFFLOAD_HEADER_BYTES), ...ethernet, ...lie);
}
