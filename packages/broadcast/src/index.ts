export type { BeaconOptions, Delivery } from "./beacon.ts";
export { sendBeacon } from "./beacon.ts";
export type { Destination, Method, Plan, Skipped, SkipReason } from "./destination.ts";
export type { BroadcastErrorCode } from "./errors.ts";
export { BroadcastError } from "./errors.ts";
export type { HeardDatagram, Listener, ListenerOptions } from "./listener.ts";
export { hearsBroadcasts, listen } from "./listener.ts";
export type {
  InterfaceAddress,
  InterfaceFlags,
  NetworkInterface,
  ReadInterfaces,
} from "./network-interface.ts";
export { interfaceReader } from "./network-interface.ts";
export { planFor } from "./plan.ts";
