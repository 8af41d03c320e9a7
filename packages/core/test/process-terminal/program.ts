/**
 * Says that it is ready, again and again with `chatter`, and waits to be interrupted; with `linger`
 * it does not end even then.
 */
import { processTerminal, whenInterrupted } from "../../src/cli/terminal.ts";

const terminal = processTerminal();
const sayReady = (): void => {
  terminal.stdout.write("ready\n");
};
sayReady();
const keepAlive = process.argv.includes("chatter")
  ? setInterval(sayReady, 1)
  : setInterval(() => {}, 60_000);
await whenInterrupted(terminal);
terminal.stdout.write("stopping\n");
if (!process.argv.includes("linger")) clearInterval(keepAlive);
