import { describe, expect } from "bun:test";
import { formatEndpoint } from "@udp/core";
import type { Lab } from "@udp/lab";
import { createLan, createPath } from "@udp/lab";
import type { Outcome, RunningProgram } from "@udp/lab/testing";
import { labTest } from "@udp/lab/testing";
import { UDP_RELIABLE } from "./udp-reliable.ts";

const TIMEOUT_MS = 30_000;

/** The server drops the first two datagrams and none of the next two. */
const DROPPING = ["--drop", "0.5", "--seed", "7"];

/** The third wait, in which the answer comes, is a long one. */
const UNHURRIED = ["--initial", "250ms", "--attempts", "5"];

const FAMILIES = [
  ["IPv4", "0.0.0.0", "ipv4"],
  ["IPv6", "::", "ipv6"],
] as const;

/** The host with the server is `h2` in each. */
const NETWORKS = {
  "two hosts of a LAN": () => createLan({ hosts: 2 }),
  "two routers on the way": () => createPath({ mtus: [1500, 1400, 1280] }),
};

/** What waits for seconds by its nature does so at the same time as all else. */
describe.concurrent("no such host", () => {
  labTest(
    "in the LAN or behind two routers: the client thinks that the server is down, after the lesson's five tries",
    async () => {
      await using lan = await NETWORKS["two hosts of a LAN"]();
      await using path = await NETWORKS["two routers on the way"]();
      const asked = [
        [lan, "10.77.0.99"],
        [lan, "fd77::99"],
        [path, "10.77.3.99"],
        [path, "fd77:3::99"],
      ] as const;
      const outcomes = await Promise.all(asked.map(([lab, host]) => ask(lab, host, [])));
      const waits = [0.1, 0.2, 0.4, 0.8, 1.6];
      expect(
        outcomes.map(({ stdout, ...outcome }) => ({
          ...outcome,
          lines: stdout.trimEnd().split("\n").slice(1),
        })),
      ).toEqual(
        asked.map(([, address]) => ({
          code: 1,
          stderr: `error: I think the server is down. No answer came from ${formatEndpoint({ address, port: 1060 })} to 5 datagrams\n`,
          lines: waits.map((wait) => `Waiting up to ${wait} seconds for a reply`),
        })),
      );
    },
    TIMEOUT_MS,
  );
});

for (const [network, create] of Object.entries(NETWORKS)) {
  describe.concurrent(network, () => {
    for (const [family, everywhere, key] of FAMILIES) {
      labTest(
        `${family}: a server that loses half, and a client that asks until it is answered`,
        async () => {
          await using lab = await create();
          await using server = await serve(lab, everywhere, DROPPING);
          const host = lab.host("h2")[key];
          const { code, stdout, stderr } = await ask(lab, host, UNHURRIED);
          const [name = "", ...lines] = stdout.trimEnd().split("\n");
          const client = name.replace("Client socket name is ", "");
          expect({ code, stderr, lines }).toEqual({
            code: 0,
            stderr: "",
            lines: [
              "Waiting up to 0.25 seconds for a reply",
              "Waiting up to 0.5 seconds for a reply",
              "Waiting up to 1 seconds for a reply",
              expect.stringMatching(
                /^The server says "Your data was 23 bytes long" \(3 tries, [\d.]+ m?s\)$/,
              ),
            ],
          });
          expect(client).toStartWith(
            formatEndpoint({ address: lab.host("h1")[key], port: 0 }).slice(0, -1),
          );
          expect((await server.end("SIGINT")).stdout.split("\n")).toEqual([
            `Listening at ${formatEndpoint({ address: everywhere, port: 1060 })}`,
            `Pretending to drop packet from ${client}`,
            `Pretending to drop packet from ${client}`,
            `The client at ${client} says "This is another message"`,
            "Received 3 datagrams: pretended to drop 2, ignored 0",
            "Carried out 1 request",
            // A machine that is busy may find that the answer takes its time.
            expect.stringMatching(/^Sent \d \(answer 1(, acknowledgement 1)?\)$/),
            "",
          ]);
        },
        TIMEOUT_MS,
      );

      labTest(
        `${family}: the same in plain text`,
        async () => {
          await using lab = await create();
          await using server = await serve(lab, everywhere, DROPPING);
          const { code, stdout, stderr } = await ask(lab, lab.host("h2")[key], [
            ...UNHURRIED,
            "--plain",
          ]);
          expect({ code, stderr, lastLine: lastLine(stdout) }).toEqual({
            code: 0,
            stderr:
              "warning: without frames nothing tells which try an answer is to, and a late one is believed\n",
            lastLine: expect.stringMatching(
              /^The server says "Your data was 23 bytes long" \(3 tries, [\d.]+ m?s\)$/,
            ),
          });
          expect(lastLine((await server.end("SIGINT")).stdout)).toBe("Sent 1 (plain 1)");
        },
        TIMEOUT_MS,
      );

      labTest(
        `${family}: nobody listens, and the client says so at once`,
        async () => {
          await using lab = await create();
          const host = lab.host("h2")[key];
          // Waits that no test outlasts.
          const unending = ["--initial", "1000s", "--max", "1000s"];
          for (const plain of [[], ["--plain"]]) {
            const { code, stderr } = await ask(lab, host, [...unending, ...plain]);
            expect([code, lastLine(stderr)]).toEqual([
              1,
              `error: Nothing is listening at ${formatEndpoint({ address: host, port: 1060 })}`,
            ]);
          }
        },
        TIMEOUT_MS,
      );
    }
  });
}

async function serve(lab: Lab, address: string, argv: readonly string[]): Promise<RunningProgram> {
  const server = await lab.host("h2").spawn([...UDP_RELIABLE, "server", address, ...argv]);
  await server.nextLine();
  return server;
}

/** Runs a client at host `h1` to its end. */
async function ask(lab: Lab, host: string, argv: readonly string[]): Promise<Outcome> {
  await using client = await lab.host("h1").spawn([...UDP_RELIABLE, "client", host, ...argv]);
  return await client.end();
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1);
}
