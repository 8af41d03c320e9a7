import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { RunningProgram, testWhere } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import type { Grade } from "../src/grading/grade.ts";
import { watchClient } from "../src/grading/watch-client.ts";
import { privateNetworkObstacle } from "../src/private-network.ts";
import { processAt } from "../src/servers/process-at.ts";
import { endpointIn, runAttackSim, UDP_ATTACK_SIM } from "./udp-attack-sim.ts";

const CLIENT = Bun.fileURLToPath(import.meta.resolve("./programs/gradable-client.ts"));
const NAIVE_SERVER = Bun.fileURLToPath(
  import.meta.resolve("../src/defences/naive/length-server.ts"),
);
const UDP_ECHO = join(import.meta.dir, "../../echo/src/cli/main.ts");

/** What was seen decides, not how soon, so that the true answer need not wait for long. */
const WATCH = ["--id-at", "0:2", "--exchanges", "8", "--grace", "50ms", "--json"];

const obstacle = privateNetworkObstacle();

/** The grade of each line of the report, on a client with these virtues. */
async function gradeClient(...virtues: readonly string[]): Promise<Record<string, string>> {
  const command = `${process.execPath} ${CLIENT} {host} {port} ${virtues.join(" ")}`;
  const argv = ["grade", "--command", command, ...WATCH];
  const { code, stdout, stderr } = await runAttackSim(...argv);
  expect([code, stderr]).toEqual([0, ""]);
  const { grade, findings } = parse(documentSchemas["client-grade"], JSON.parse(stdout));
  return { grade, ...Object.fromEntries(findings.map((finding) => [finding.what, finding.grade])) };
}

describe("a client of somebody else's", () => {
  testWhere(obstacle, "that checks nothing", async () => {
    expect(await gradeClient()).toEqual({
      grade: "POOR",
      port: "POOR",
      id: "POOR",
      "other-port": "POOR",
      "other-address": "POOR",
      "wrong-id": "POOR",
      "earlier-answer": "POOR",
      duplicate: "GREAT",
    });
  });

  testWhere(obstacle, "that checks the source and a random id, and gives up", async () => {
    expect(await gradeClient("port", "source", "id")).toMatchObject({
      grade: "GOOD",
      "other-port": "GOOD",
      "other-address": "GOOD",
      "wrong-id": "GOOD",
      "earlier-answer": "GREAT",
    });
  });

  testWhere(obstacle, "that does all that can be done", async () => {
    expect(await gradeClient("port", "source", "id", "patience")).toMatchObject({
      grade: "GREAT",
      "other-port": "GREAT",
      "other-address": "GREAT",
      "wrong-id": "GREAT",
      "earlier-answer": "GREAT",
    });
  });

  testWhere(obstacle, "that keeps its port, and has an id", async () => {
    expect(await gradeClient("source", "id", "patience")).toMatchObject({
      port: "POOR",
      "earlier-answer": "GREAT",
    });
  });

  testWhere(obstacle, "that asks nothing: exit 1, with what it said", async () => {
    const { code, stderr } = await runAttackSim("grade", "--command", "echo hello; false");
    expect([code, stderr]).toEqual([1, expect.stringContaining("It said: hello\n")]);
  });

  test("is not watched where others could see it", async () => {
    const watching = watchClient({ command: "true" });
    await expect(watching).rejects.toMatchObject({ code: "ATTACK_SIM_NO_PRIVATE_NETWORK" });
  });

  test("is refused with exit 1 where no private network can be made", async () => {
    const command = ["env", "PATH=", ...UDP_ATTACK_SIM, "grade", "--command", "true"];
    await using program = RunningProgram.start(command);
    expect(await program.end()).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "error: expected a private network, which this host cannot make: it needs the program unshare\n",
    });
  });
});

describe("a server of somebody else's", () => {
  test.each<[string, string[], Grade]>([
    ["the original one", [NAIVE_SERVER], "POOR"],
    ["udp-echo server", [UDP_ECHO, "server", "-p", "0", "--quiet"], "GREAT"],
  ])("%s", async (_name, command, grade) => {
    await using server = RunningProgram.start([process.execPath, ...command]);
    const { port } = endpointIn(await server.nextLine());
    expect(await processAt(port)).toBe(server.pid);
    const { code, stdout } = await runAttackSim("grade", "--server", String(port), "--json");
    const document = parse(documentSchemas["server-grade"], JSON.parse(stdout));
    expect([code, document.grade]).toEqual([0, grade]);
  });

  test("that does not answer: exit 1", async () => {
    const { code, stderr } = await runAttackSim("grade", "--server", "9");
    expect([code, stderr]).toEqual([1, expect.stringContaining("does not answer its question")]);
  });
});

test.each([
  ["neither", []],
  ["both", ["--server", "9", "--command", "true"]],
  ["an id of no bytes", ["--command", "true", "--id-at", "0:0"]],
])("usage error: %s", async (_what, argv) => {
  expect((await runAttackSim("grade", ...argv)).code).toBe(2);
});
