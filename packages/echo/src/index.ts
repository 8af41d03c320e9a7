export type { AskOptions, EchoReply, IgnoredReply, SentRequest } from "./client.ts";
export { askEcho } from "./client.ts";
export type { EchoCounters } from "./echo-session.ts";
export type { EchoErrorCode } from "./errors.ts";
export { EchoError } from "./errors.ts";
export type { ReplyMode } from "./responder.ts";
export type { EchoRequest, EchoServer, ServeOptions } from "./server.ts";
export { serveEcho } from "./server.ts";
