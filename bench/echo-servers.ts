import { join } from "node:path";

/** An echo server of the comparison. */
export interface EchoServerCommand {
  readonly name: string;
  /** Its first line ends with its port. */
  readonly argv: readonly string[];
}

/** The name of the one that the others are compared with. */
export const C_REFERENCE = "C, recvmmsg and sendmmsg";

const REPLY_MODES = ["length", "echo"];
const ENGINES = ["portable", "linux"];

/** Those that there are here, the C reference first. */
export function installedServers(cProgram: string): EchoServerCommand[] {
  const references = [
    { name: "bare Bun.udpSocket", argv: [process.execPath, reference("echo-bun.ts")] },
    { name: "node:dgram", argv: ["node", reference("echo-dgram.mjs")] },
    { name: "Python", argv: ["python3", reference("echo.py")] },
  ];
  return [{ name: C_REFERENCE, argv: [cProgram] }, ...udpEchoServers(), ...references].filter(
    ({ argv: [program = ""] }) => Bun.which(program) !== null,
  );
}

function reference(file: string): string {
  return join(import.meta.dir, "reference", file);
}

/** `udp-echo server` of this checkout. */
export const UDP_ECHO_SERVER: readonly string[] = [
  process.execPath,
  join(import.meta.dir, "../packages/echo/src/cli/main.ts"),
  "server",
  ...["-p", "0", "--quiet"],
];

/** One for each mode and engine, and one that listens at all addresses. */
function udpEchoServers(): EchoServerCommand[] {
  const shown = REPLY_MODES.flatMap((mode) =>
    ENGINES.map((engine) => ["--reply", mode, "--engine", engine]),
  );
  return [...shown, ["0.0.0.0", "--reply", "echo", "--engine", "linux"]].map((argv) => ({
    name: `udp-echo server ${argv.join(" ")}`,
    argv: [...UDP_ECHO_SERVER, ...argv],
  }));
}
