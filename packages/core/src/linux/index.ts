export type { Arrival } from "./arrival.ts";
export type { BatchSlot } from "./batch-slot.ts";
export type { BatchSocketOptions } from "./batch-socket.ts";
export { BatchSocket } from "./batch-socket.ts";
export { readClockStatus } from "./clock-status.ts";
export type { Departure } from "./departure.ts";
export type { ErrorOrigin } from "./extended-error.ts";
export type { ForgedDatagram } from "./forged-datagram.ts";
export type { ForgedTooBig } from "./forging-socket.ts";
export { ForgingSocket, sendForgedDatagram } from "./forging-socket.ts";
export type { GroupMembership } from "./group-memberships.ts";
export type { InterfaceAddress } from "./interface-address-message.ts";
export { interfaceIndex, interfaceName } from "./interface-index.ts";
export { readInterfaceAddresses, readLinks } from "./interfaces.ts";
export { hasLibc } from "./libc.ts";
export type { Link, LinkFlags } from "./link-message.ts";
export type {
  MessageSendOptions,
  MessageSocketOptions,
  ReceivedMessage,
  SendTime,
} from "./message-socket.ts";
export { MessageSocket } from "./message-socket.ts";
export type { MulticastOptions } from "./multicast-options.ts";
export { batchSocketObstacle, messageSocketObstacle } from "./obstacle.ts";
export { OFFLOAD_HEADER_BYTES, PacketSocket } from "./packet-socket.ts";
export { ReadableWait } from "./readable-wait.ts";
export type { ReadableWatch } from "./readable-watch.ts";
export { watchReadable } from "./readable-watch.ts";
export type { Route } from "./route-lookup.ts";
export { lookUpRoute } from "./route-lookup.ts";
export type { SendOutcome } from "./send-outcome.ts";
export type { ServerDescriptor, ServerDescriptorOptions } from "./server-descriptor.ts";
export {
  closeDescriptor,
  openServerDescriptor,
  openServerDescriptors,
  stopReceiving,
} from "./server-descriptor.ts";
export { decodeSockaddr } from "./sockaddr.ts";
export type { SocketError } from "./socket-error.ts";
export type { MtuDiscovery } from "./socket-options.ts";
export {
  droppedCount,
  ignoreIcmpErrors,
  receiveUnicastOnly,
  setMtuDiscovery,
} from "./socket-options.ts";
export {
  closeStopDescriptor,
  openStopDescriptor,
  signalStop,
} from "./stop-descriptor.ts";
export { setTimerSlack } from "./timer-slack.ts";
export { readUnixTimeNs } from "./unix-time.ts";
