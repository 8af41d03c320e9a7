import { describe, expect } from "bun:test";
import { UdpError } from "@udp/core";
import { createLan, createPair, Lab } from "../src/index.ts";
import { labTest } from "../src/testing/index.ts";

describe("a host", () => {
  labTest("runs a program to its end", async () => {
    await using pair = await createPair();
    expect(await pair.host("a").run(["sh", "-c", "echo out; echo err >&2"])).toEqual({
      code: 0,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  labTest("says what went wrong with a program that was to succeed", async () => {
    await using pair = await createPair();
    const failing = pair.host("a").run(["sh", "-c", "echo because >&2; exit 7"]);
    expect(await failureOf(failing)).toEqual([
      "LAB_COMMAND_FAILED",
      "sh -c echo because >&2; exit 7 at a: exit 7: because",
    ]);
  });

  labTest("passes signals on to a program, and its end back", async () => {
    await using pair = await createPair();
    const handler =
      'trap "echo asked to stop; exit 5" TERM; echo ready; while :; do sleep 0.01; done';
    const program = await pair.host("a").spawn(["sh", "-c", handler]);
    expect(await program.nextLine()).toBe("ready");
    expect(await program.end("SIGTERM")).toMatchObject({
      code: 5,
      stdout: "ready\nasked to stop\n",
    });
    const sleeper = await pair.host("a").spawn(["sleep", "1000"]);
    expect((await sleeper.end("SIGKILL")).code).toBe(128 + 9);
  });

  labTest("hands a program lines and its own environment", async () => {
    await using pair = await createPair();
    const argv = ["sh", "-c", 'read -r line; echo "$line $WORD"'];
    await using program = await pair
      .host("a")
      .spawn(argv, { hasInput: true, env: { WORD: "world" } });
    program.writeLine("hello");
    expect(await program.nextLine()).toBe("hello world");
  });

  labTest("runs it in the folder of its caller", async () => {
    await using pair = await createPair();
    expect((await pair.host("a").run(["pwd"])).stdout).toBe(`${process.cwd()}\n`);
  });

  labTest("says as a shell that there is no such program", async () => {
    await using pair = await createPair();
    await using program = await pair.host("a").spawn(["no-such-program"]);
    expect(await program.end()).toMatchObject({
      code: 127,
      stderr: expect.stringContaining("not found"),
    });
  });

  labTest("is gone with its network", async () => {
    const pair = await createPair();
    await pair[Symbol.asyncDispose]();
    expect(() => pair.host("a").spawn(["true"])).toThrow("the network is gone");
    expect(await failureOf(pair.host("a").run(["true"]))).toEqual([
      "LAB_BROKEN",
      "the network is gone: it was disposed of",
    ]);
  });

  labTest("finds the others by their names", async () => {
    await using lan = await createLan({ hosts: 2 });
    const { stdout } = await lan.host("h1").run(["getent", "ahostsv6", "h2"]);
    expect(stdout).toContain("fd77::2");
    expect(() => lan.host("h9")).toThrow("expected one of h1, h2, sw; got h9");
    expect(() => lan.host("sw").ipv4).toThrow("sw has no IPv4 address");
    expect(() => lan.link).toThrow("this network was made without a bad link");
  });
});

labTest("a network that cannot be built says why", async () => {
  const plan = { nodes: [{ name: "a", role: "host", routes: ["nonsense"] }], cables: [] } as const;
  const [code, message] = await failureOf(Lab.open(plan));
  expect({ code, message }).toEqual({
    code: "LAB_BROKEN",
    message: expect.stringContaining('is expected rather than "nonsense"'),
  });
});

labTest("a node with a name that is none is refused", async () => {
  const plan = { nodes: [{ name: "a; reboot", role: "host" }], cables: [] } as const;
  expect(await failureOf(Lab.open(plan))).toEqual([
    "UDP_BAD_OPTION",
    "node name: expected at most 15 small letters and digits, a letter first; got a; reboot",
  ]);
});

labTest("a bad link with options out of range is refused", async () => {
  expect(await failureOf(createPair({ link: { lossRatio: 2 } }))).toEqual([
    "UDP_BAD_OPTION",
    "lossRatio: expected a number from 0 to 1; got 2",
  ]);
});

async function failureOf(work: Promise<unknown>): Promise<[string, string]> {
  try {
    await work;
  } catch (error) {
    if (error instanceof UdpError) return [error.code, error.message];
    throw error;
  }
  throw new Error("it succeeded");
}
