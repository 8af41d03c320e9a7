export type { LinkCounters, LinkFate } from "./link.ts";
export { Link } from "./link.ts";
export type { BurstLoss, LinkOptions } from "./link-options.ts";
export type { NetworkOptions, SimulatedNetwork } from "./network.ts";
export { createNetwork } from "./network.ts";
export type { SimulatedHost } from "./simulated-host.ts";
export type { SimulationErrorCode } from "./virtual-clock.ts";
export { VirtualClock } from "./virtual-clock.ts";
