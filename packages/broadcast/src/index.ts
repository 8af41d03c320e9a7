export type { BroadcastErrorCode } from "./errors.ts";
export { BroadcastError } from "./errors.ts";
