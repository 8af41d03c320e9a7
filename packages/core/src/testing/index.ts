export type { MemoryTerminalOptions } from "./memory-terminal.ts";
export { MemoryOutput, MemoryTerminal } from "./memory-terminal.ts";
export { SlowOutput } from "./slow-output.ts";
