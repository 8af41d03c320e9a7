export { encodePcap, LINK_TYPE } from "../capture/pcap.ts";
export { KEY, PseudoTerminal } from "../program/pseudo-terminal.ts";
export type { Outcome, ProgramOptions } from "../program/running-program.ts";
export { RunningProgram } from "../program/running-program.ts";
export { failureOf } from "./failure-of.ts";
export { captureTest, labTest } from "./lab-test.ts";
export { ownAddress } from "./own-address.ts";
export { closedEndpoint, Peer } from "./peer.ts";
export { testWhere } from "./test-where.ts";
