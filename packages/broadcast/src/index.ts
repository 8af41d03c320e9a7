export type { Announcement, ServiceInfo } from "./announcement.ts";
export { DEFAULT_TTL_SECONDS, MAX_NAME_BYTES, MAX_TTL_SECONDS } from "./announcement.ts";
export type { Arrival } from "./arrival.ts";
export type { BeaconOptions, Delivery } from "./beacon.ts";
export { sendBeacon } from "./beacon.ts";
export type { Destination, Method, Plan, Skipped, SkipReason } from "./destination.ts";
export type {
  DisbeliefReason,
  DiscoveryCounters,
  DiscoveryVerdict,
} from "./discovery-counters.ts";
export type { DiscoveryPath } from "./discovery-path.ts";
export type {
  DiscoveryRules,
  DiscoverySessionOptions,
  OutgoingQuery,
} from "./discovery-session.ts";
export {
  DEFAULT_LEISURE_MS,
  DEFAULT_MAX_RESPONDERS,
  DEFAULT_ROUNDS,
  DiscoverySession,
} from "./discovery-session.ts";
export type { BroadcastErrorCode } from "./errors.ts";
export { BroadcastError } from "./errors.ts";
export type { FoundResponder } from "./found-responder.ts";
export type { FrameFault, QueryId } from "./frame.ts";
export { createQueryId, isReply } from "./frame.ts";
export type { Instance, InstanceId } from "./instance.ts";
export { createInstance } from "./instance.ts";
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
export type { ResponderCounters, SilenceReason } from "./responder-counters.ts";
export type { OutgoingAnswer, ResponderSessionOptions } from "./responder-session.ts";
export { DEFAULT_MAX_DELAY_MS, ResponderSession } from "./responder-session.ts";
export type { DiscoveryEvent, DiscoveryEventType } from "./responder-table.ts";
