import type { Writable } from "node:stream";

/** Settles when the lines are written, so that what another program writes next comes behind them. */
export function say(stream: Writable, lines: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    stream.write(`${lines.join("\n")}\n`, () => resolve());
  });
}
