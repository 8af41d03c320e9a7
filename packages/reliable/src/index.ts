export type { WindowOptions } from "./congestion-window.ts";
export type { ReliableErrorCode } from "./errors.ts";
export { ReliableError } from "./errors.ts";
export type { FrameFault } from "./frame.ts";
export type { ImpairmentOptions } from "./impaired-sockets.ts";
export { ImpairedSockets } from "./impaired-sockets.ts";
export type { FrameLimitOptions } from "./limits.ts";
export type { TransmissionCause, TransmissionListener } from "./pending-request.ts";
export type { PlainRequestOptions } from "./plain-request.ts";
export { requestPlainly } from "./plain-request.ts";
export type { RequestAnswer, Requester, RequesterOptions, RequestOptions } from "./requester.ts";
export { createRequester } from "./requester.ts";
export type { RequesterCounters } from "./requester-counters.ts";
export type { ResponseCacheLimits } from "./response-cache.ts";
export type { PresetName, RetransmissionOptions } from "./retransmission.ts";
export { PRESET_NAMES, PRESETS } from "./retransmission.ts";
export type {
  IgnoredDatagram,
  IncomingRequest,
  RequestHandler,
  RequestServer,
  RequestServerCounters,
  ServeRequestsOptions,
} from "./server.ts";
export { serveRequests } from "./server.ts";
export type { IgnoredReason, ServerCounters } from "./server-counters.ts";
export type {
  Expectation,
  ExpectationDoubt,
  ExpectationOptions,
} from "./simulation/expectation.ts";
export { expectedOutcome } from "./simulation/expectation.ts";
export type { SimulationOptions, SimulationResult } from "./simulation/simulate.ts";
export { simulateRequests } from "./simulation/simulate.ts";
