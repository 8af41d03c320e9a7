/**
 * Claims of every IPv4 datagram longer than `LONGER_THAN` bytes that arrives at `e0` that the next
 * link carries `CLAIM` bytes, while the kernel passes it on. Says when it has begun.
 */
import { OFFLOAD_HEADER_BYTES, PacketSocket, ReadableWait } from "@udp/core/linux";

const ETHERNET_HEADER_BYTES = 14;
const IPV4_HEADER_BYTES = 20;
const ICMP_HEADER_BYTES = 8;
const QUOTED_BYTES = IPV4_HEADER_BYTES + 8 + 16;
const UDP_PROTOCOL = 17;

const [longerThan = 0, claim = 0] = process.argv.slice(2).map(Number);

using socket = new PacketSocket("e0");
const wait = new ReadableWait([socket.fd]);
console.log("lying");
for (;;) {
  wait.wait();
  for (let received = socket.receive(); received; received = socket.receive()) {
    const frame = received.subarray(OFFLOAD_HEADER_BYTES);
    const packet = frame.subarray(ETHERNET_HEADER_BYTES);
    const isTarget = frame[12] === 8 && frame[13] === 0 && packet[9] === UDP_PROTOCOL;
    if (isTarget && packet.length > longerThan) socket.send(lieAbout(frame));
  }
}

/** A Packet Too Big (RFC 792, RFC 1191), from where the packet was on its way to this router. */
function lieAbout(frame: Uint8Array): Uint8Array {
  const packet = frame.subarray(ETHERNET_HEADER_BYTES);
  const lie = new Uint8Array(
    OFFLOAD_HEADER_BYTES +
      ETHERNET_HEADER_BYTES +
      IPV4_HEADER_BYTES +
      ICMP_HEADER_BYTES +
      QUOTED_BYTES,
  );
  const ethernet = lie.subarray(OFFLOAD_HEADER_BYTES);
  ethernet.set(frame.subarray(6, 12), 0);
  ethernet.set(frame.subarray(0, 6), 6);
  ethernet.set([8, 0], 12);
  const icmp = ethernet.subarray(ETHERNET_HEADER_BYTES + IPV4_HEADER_BYTES);
  icmp.set([3, 4, 0, 0, 0, 0, claim >> 8, claim & 0xff]);
  icmp.set(packet.subarray(0, QUOTED_BYTES), ICMP_HEADER_BYTES);
  writeChecksum(icmp, 2);
  const ip = ethernet.subarray(ETHERNET_HEADER_BYTES, ETHERNET_HEADER_BYTES + IPV4_HEADER_BYTES);
  const totalBytes = IPV4_HEADER_BYTES + icmp.length;
  ip.set([0x45, 0, totalBytes >> 8, totalBytes & 0xff, 0, 0, 0, 0, 64, 1, 0, 0, 10, 77, 1, 2]);
  ip.set(packet.subarray(12, 16), 16);
  writeChecksum(ip, 10);
  return lie;
}

/** The Internet checksum (RFC 1071) of an even count of bytes, at an offset that is zero so far. */
function writeChecksum(bytes: Uint8Array, offset: number): void {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) {
    sum += 256 * (bytes[index] ?? 0) + (bytes[index + 1] ?? 0);
  }
  while (sum > 0xff_ff) sum = (sum & 0xff_ff) + (sum >> 16);
  bytes.set([(~sum >> 8) & 0xff, ~sum & 0xff], offset);
}
