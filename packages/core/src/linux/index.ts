export type { ForgedDatagram } from "./forged-datagram.ts";
export { sendForgedDatagram } from "./forged-datagram.ts";
export { ignoreIcmpErrors, receiveUnicastOnly } from "./socket-options.ts";
