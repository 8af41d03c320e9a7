import { expect } from "bun:test";
import { RunningProgram, testWhere } from "@udp/lab/testing";
import { UDP_ECHO } from "./udp-echo.ts";

const PORT = 80;
const isRoot = process.getuid?.() === 0;

/** Root may open any port, so it runs the program without that right. */
const prefix = isRoot ? ["setpriv", "--bounding-set", "-net_bind_service"] : [];

testWhere(await findObstacle(), "a server without the right to its port: exit 1", async () => {
  const command = [...prefix, ...UDP_ECHO, "server", "-p", String(PORT)];
  await using program = RunningProgram.start(command);
  expect(await program.end()).toEqual({
    code: 1,
    stdout: "",
    stderr:
      "error: no permission to receive at 127.0.0.1:80; choose a port from 1024 on, or run with more rights\n",
  });
});

async function findObstacle(): Promise<string | undefined> {
  if (process.platform !== "linux") return "which ports are free to all is asked of Linux";
  const firstFreePort = await Bun.file("/proc/sys/net/ipv4/ip_unprivileged_port_start").text();
  if (Number(firstFreePort) <= PORT) return "every port is free to all here";
  return isRoot && Bun.which("setpriv") === null ? "root, and no setpriv" : undefined;
}
