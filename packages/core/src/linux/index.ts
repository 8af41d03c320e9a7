export type { ForgedDatagram } from "./forged-datagram.ts";
export { sendForgedDatagram } from "./forged-datagram.ts";
export { OFFLOAD_HEADER_BYTES, PacketSocket } from "./packet-socket.ts";
export { ReadableWait } from "./readable-wait.ts";
export { ignoreIcmpErrors, receiveUnicastOnly } from "./socket-options.ts";
