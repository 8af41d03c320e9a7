export type { Attack } from "./attackers/attack.ts";
export { ATTACKS } from "./attackers/catalogue.ts";
export type { Forgery } from "./attackers/forgery.ts";
export type { ClientRules, Combination, Defence } from "./defences/defence.ts";
export {
  combine,
  DEFENCE_MEANINGS,
  DEFENCES,
  PRESETS,
  parseCombination,
} from "./defences/defence.ts";
export type { AttackSimErrorCode } from "./errors.ts";
export { AttackSimError } from "./errors.ts";
export type { Judgement, TooBigReport } from "./exchange/client-session.ts";
export type {
  ClientFinding,
  ClientGrade,
  ClientObservation,
  Deceit,
  Reaction,
} from "./grading/client-grade.ts";
export { DECEITS, gradeClient } from "./grading/client-grade.ts";
export type { Grade } from "./grading/grade.ts";
export { GRADES } from "./grading/grade.ts";
export type { IdPlace } from "./grading/id-place.ts";
export { parseIdPlace } from "./grading/id-place.ts";
export type { GradeServerOptions, ServerFinding, ServerGrade } from "./grading/server-grade.ts";
export { gradeServer } from "./grading/server-grade.ts";
export type { WatchClientOptions } from "./grading/watch-client.ts";
export { watchClient } from "./grading/watch-client.ts";
export type { LessonAttackerOptions, SentLie } from "./lesson/attacker.ts";
export { sendLie } from "./lesson/attacker.ts";
export type { Check } from "./lesson/check.ts";
export { CHECKS } from "./lesson/check.ts";
export type { IgnoredAnswer, LessonAnswer, LessonClientOptions } from "./lesson/client.ts";
export { askInLesson } from "./lesson/client.ts";
export type { LessonRequest, LessonServerCounters, LessonServerOptions } from "./lesson/server.ts";
export { serveLesson } from "./lesson/server.ts";
export type { Interval } from "./matrix/binomial.ts";
export { COMBINATIONS } from "./matrix/combinations.ts";
export type { Cell, Matrix, MatrixOptions } from "./matrix/matrix.ts";
export { ERROR_CHANCE, runMatrix } from "./matrix/matrix.ts";
export { isPrivateNetwork, privateNetworkObstacle, runPrivately } from "./private-network.ts";
export { SERVER_SCENARIOS } from "./servers/catalogue.ts";
export type { ServerComparison } from "./servers/compare-servers.ts";
export { compareServers } from "./servers/compare-servers.ts";
export type { Finding, ServerScenario, ServerVerdict, Subject } from "./servers/server-scenario.ts";
export { openLoopbackStage } from "./stage/open-loopback-stage.ts";
export { SimulatedStage } from "./stage/simulated-stage.ts";
export type { ClientSocket, ClientSocketOptions, Stage } from "./stage/stage.ts";
export { loopbackAddress, requireLoopback } from "./target-guard.ts";
export type { Actor, TimelineEvent } from "./timeline.ts";
