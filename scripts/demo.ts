/** Shows a real exchange on loopback: an echo server and a client, each a process of its own. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

const ECHO = [process.execPath, "packages/echo/src/cli/main.ts"];

interface Role {
  readonly child: Bun.Subprocess;
  /** Settles with the first line that it prints. */
  readonly firstLine: Promise<string>;
  /** Settles when it has ended and all of its lines are printed. */
  readonly ended: Promise<void>;
}

/** Starts `udp-echo` and prints what it says, each line behind its role. */
function start(role: string, ...words: string[]): Role {
  process.stdout.write(`$ udp-echo ${words.join(" ")}\n`);
  const child = Bun.spawn([...ECHO, ...words], { stdout: "pipe", stderr: "inherit" });
  const lines = createInterface({ input: Readable.fromWeb(child.stdout) });
  lines.on("line", (line) => process.stdout.write(`${role} │ ${line}\n`));
  const firstLine = new Promise<string>((resolve) => lines.once("line", resolve));
  const ended = new Promise<void>((resolve) => lines.once("close", resolve));
  return { child, firstLine, ended };
}

const server = start("server", "server", "-p", "0");
const said = await Promise.race([server.firstLine, server.ended]);
const port = /:(\d+)$/.exec(said ?? "")?.[1] ?? "";
const client = start("client", "client", "-p", port);
await client.ended;
server.child.kill("SIGINT");
await server.ended;
process.exitCode = (await client.child.exited) || (await server.child.exited);
