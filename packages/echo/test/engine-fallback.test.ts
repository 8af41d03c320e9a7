import { expect } from "bun:test";
import { RunningProgram, testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { refusalObstacle, withoutOption } from "./refused-option.ts";
import { runUdpEcho, startServer, UDP_ECHO } from "./udp-echo.ts";

const SO_RCVTIMEO = 20;
const SO_TIMESTAMPING = 37;

const NO_WAITS = "the system refused socket option 1/20: ENOPROTOOPT";
const NO_TIMES = "the system refused socket option 1/37: ENOPROTOOPT";
const NO_LIBC =
  "expected a C library, found none of libc.so.6, libc.so, ld-musl-x86_64.so.1, ld-musl-aarch64.so.1";

const NO_LIBC_PRELOAD = Bun.fileURLToPath(import.meta.resolve("./no-libc.ts"));

const onLinux = process.platform === "linux" ? undefined : "for Linux";

/** The program where the kernel lacks an option, or where there is no C library to call. */
const withoutWaits = (...argv: string[]): string[] =>
  withoutOption(SO_RCVTIMEO, [...UDP_ECHO, ...argv]);
const withoutTimes = (...argv: string[]): string[] =>
  withoutOption(SO_TIMESTAMPING, [...UDP_ECHO, ...argv]);
function withoutLibc(...argv: string[]): string[] {
  const [bun = "bun", ...program] = UDP_ECHO;
  return [bun, "--preload", NO_LIBC_PRELOAD, ...program, ...argv];
}

testWhere(refusalObstacle, "a server that lacks an option runs portably, and says so", () =>
  expectPortableServer(withoutWaits("server", "-p", "0"), NO_WAITS),
);

testWhere(onLinux, "so does one without a C library", () =>
  expectPortableServer(withoutLibc("server", "-p", "0"), NO_LIBC),
);

async function expectPortableServer(argv: readonly string[], obstacle: string): Promise<void> {
  await using program = RunningProgram.start(argv);
  const [, port = "", hint] =
    /^Listening at 127\.0\.0\.1:(\d+) \((.*)\)$/.exec(await program.nextLine()) ?? [];
  const { stdout } = await runUdpEcho(["client", "-p", port, "--quiet", "--message", "hello"]);
  expect([hint, stdout]).toEqual([
    `engine portable, since ${obstacle}`,
    `The server 127.0.0.1:${port} replied "Your data was 5 bytes long"\n`,
  ]);
}

testWhere(refusalObstacle, "--json: which engine runs, and why", async () => {
  await using program = RunningProgram.start(withoutWaits("server", "-p", "0", "--json"));
  const document = parse(documentSchemas.listening, JSON.parse(await program.nextLine()));
  expect(document).toMatchObject({ engine: "portable", engineObstacle: NO_WAITS });
});

testWhere(refusalObstacle, "--engine linux fails where it cannot run", async () => {
  const commands: [string[], string][] = [
    [withoutWaits("server", "-p", "0", "--engine", "linux"), `${NO_WAITS}; `],
    [withoutTimes("probe", "-p", "1", "--engine", "linux"), `${NO_TIMES}; `],
  ];
  for (const [argv, reason] of commands) {
    await using program = RunningProgram.start(argv);
    expect(await program.end()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: `error: the engine linux cannot run here: ${reason}the engine portable needs less\n`,
    });
  }
});

testWhere(refusalObstacle, "what only the engine linux has is not left out", async () => {
  const commands = [
    withoutWaits("server", "-p", "0", "--workers", "2"),
    withoutTimes("probe", "-p", "1", "--df"),
  ];
  for (const argv of commands) {
    await using program = RunningProgram.start(argv);
    const { code, stderr } = await program.end();
    expect([code, stderr]).toEqual([1, expect.stringContaining("cannot run here")]);
  }
});

testWhere(
  refusalObstacle,
  "an error that is not the engine's fault is not tried again",
  async () => {
    await using server = await startServer();
    const argv = withoutTimes("server", "-p", String(server.local.port));
    await using program = RunningProgram.start(argv);
    const { code, stderr } = await program.end();
    expect([code, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
  },
);

testWhere(refusalObstacle, "a probe that lacks an option runs portably, and says so", () =>
  expectPortableProbe(withoutTimes, NO_TIMES),
);

testWhere(onLinux, "so does one without a C library (probe)", () =>
  expectPortableProbe(withoutLibc, NO_LIBC),
);

async function expectPortableProbe(
  command: (...argv: string[]) => string[],
  obstacle: string,
): Promise<void> {
  await using server = await startServer();
  const options = ["-p", String(server.local.port), "-c", "3", "-i", "1ms", "--json"];
  await using program = RunningProgram.start(command("probe", ...options));
  const { code, stdout, stderr } = await program.end();
  expect([code, parse(documentSchemas.probe, JSON.parse(stdout)).engine, stderr]).toEqual([
    0,
    "portable",
    `engine portable, since ${obstacle}\n`,
  ]);
}
