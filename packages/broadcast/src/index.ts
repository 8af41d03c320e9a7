export type { Announcement, ServiceInfo } from "./announcement.ts";
export { DEFAULT_TTL_SECONDS, MAX_NAME_BYTES, MAX_TTL_SECONDS } from "./announcement.ts";
export type { AnnounceOptions, Announcer } from "./announcer.ts";
export { announce } from "./announcer.ts";
export type { Arrival, HeardDatagram } from "./arrival.ts";
export type { BeaconOptions, Delivery } from "./beacon.ts";
export { sendBeacon } from "./beacon.ts";
export type { CheckOptions, PathCheck } from "./check.ts";
export { checkPaths } from "./check.ts";
export type { Destination, Method, Plan, Skipped, SkipReason } from "./destination.ts";
export type { DestinationReport, DiscoverOptions, Discovery } from "./discovery.ts";
export { DEFAULT_WAIT_MS, discover } from "./discovery.ts";
export type {
  DisbeliefReason,
  DiscoveryCounters,
  DiscoveryVerdict,
} from "./discovery-counters.ts";
export type { DiscoveryMethod, DiscoveryTarget } from "./discovery-plan.ts";
export { DISCOVERY_METHODS, discoveryPlan } from "./discovery-plan.ts";
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
export type { MembershipChange } from "./group-keeper.ts";
export type { Instance, InstanceId } from "./instance.ts";
export { createInstance } from "./instance.ts";
export type { Listener, ListenerOptions } from "./listener.ts";
export { hearsBroadcasts, listen } from "./listener.ts";
export type { Group, Membership } from "./membership.ts";
export { ALL_NODES, DISCOVERY_GROUPS, formatGroup, parseGroup } from "./membership.ts";
export type {
  InterfaceAddress,
  InterfaceFlags,
  NetworkInterface,
  ReadInterfaces,
} from "./network-interface.ts";
export { interfaceReader } from "./network-interface.ts";
export type { CheckedPath, CheckReason } from "./path-check.ts";
export { planFor } from "./plan.ts";
export type { ResponderCounters, SilenceReason } from "./responder-counters.ts";
export type { OutgoingAnswer, ResponderSessionOptions } from "./responder-session.ts";
export { DEFAULT_MAX_DELAY_MS, ResponderSession } from "./responder-session.ts";
export type { DiscoveryEvent, DiscoveryEventType } from "./responder-table.ts";
export type { ListenOptions } from "./station.ts";
