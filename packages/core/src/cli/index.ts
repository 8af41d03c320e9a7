export { columns } from "./columns.ts";
export { counted, tally, total } from "./counts.ts";
export { describeMs } from "./describe-ms.ts";
export { durationBetween, parseDuration } from "./duration.ts";
export type { ExitCode } from "./exit-code.ts";
export { EXIT } from "./exit-code.ts";
export type { LiveLinesOptions } from "./live-lines.ts";
export { LiveLines } from "./live-lines.ts";
export { parseRatio, parseSeed, wholeNumber } from "./numbers.ts";
export type { ColorChoice, FamilyFlags } from "./options.ts";
export {
  ADVANCED_OPTIONS,
  argumentParser,
  BASIC_OPTIONS,
  chosenFamily,
  colorOption,
  ipv4Option,
  ipv6Option,
  jsonOption,
  loopbackHost,
  OUTPUT_OPTIONS,
  parseLocalPort,
  parsePeerPort,
  peerPortOption,
  portOption,
  quietOption,
  repeatable,
} from "./options.ts";
export type { OutputOptions, Rendering } from "./output.ts";
export { Output } from "./output.ts";
export type { RateFlags } from "./rate-options.ts";
export { ratePerSourceOption, rateTotalOption } from "./rate-options.ts";
export { ReasonDigest } from "./reason-digest.ts";
export type { BuildProgram } from "./run.ts";
export { runProcess, runProgram } from "./run.ts";
export { readKeyFile, readKeyVariable } from "./shared-key.ts";
export type { Terminal } from "./terminal.ts";
export { processTerminal, unlessInterrupted, whenInterrupted } from "./terminal.ts";
export { checkUsage } from "./usage-check.ts";
export { writeLines } from "./write-lines.ts";
