/** Sends a frame, given in hexadecimal, at `e0`. */
import { OFFLOAD_HEADER_BYTES, PacketSocket } from "@udp/core/linux";

using socket = new PacketSocket("e0");
const frame = Uint8Array.fromHex(process.argv[2] ?? "");
console.log(socket.send(Buffer.concat([new Uint8Array(OFFLOAD_HEADER_BYTES), frame])));
