import type { Endpoint } from "@udp/core";
import type { FrameLimits } from "../../src/limits.ts";
import { frameLimits } from "../../src/limits.ts";

export const CLIENT: Endpoint = { address: "192.0.2.7", port: 40_831 };
export const SERVER: Endpoint = { address: "192.0.2.1", port: 7007 };

/** Small datagrams, so that the memory of a server can be made to hold one request under way. */
export const LIMITS: FrameLimits = frameLimits({ maxDatagramBytes: 256 });
