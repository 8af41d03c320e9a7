import { expect, test } from "bun:test";
import { openBunSocket } from "@udp/core";
import { ownAddress } from "@udp/lab/testing";
import { PacedClient } from "./paced-client.ts";
import { startServer } from "./udp-echo.ts";

const FLOOD = 2000;
/** So many fit in the receive buffer that Linux gives a socket. */
const WINDOW = 50;
const FLOOD_TEXT = new TextEncoder().encode("answer yourself");
const QUESTION = new TextEncoder().encode("Are you still there?");

/** One a second is shown, on a slow machine too. */
const MAX_SHOWN = 10;

test("a flood of refused datagrams: a few lines show it, the summary counts it", async () => {
  await using server = await startServer();
  const local = { address: ownAddress(0), port: 1060 };
  await using socket = await openBunSocket({ local, onDatagram: () => undefined });
  await using client = await PacedClient.open(server.local);
  for (let count = 1; count <= FLOOD; count++) {
    while (!socket.send(FLOOD_TEXT, server.local)) await socket.drained();
    if (count % WINDOW === 0) await client.exchange([QUESTION]);
  }
  const { stdout, ...outcome } = await server.program.end("SIGINT");
  const lines = stdout.trimEnd().split("\n");
  const shown = lines.filter((line) => line.startsWith("Not answered"));
  expect([shown[0], lines.at(-1), outcome]).toEqual([
    `Not answered: ${local.address}:1060 (source-port) says "answer yourself"`,
    `Received 2040 datagrams: answered 40, refused ${FLOOD} (source-port ${FLOOD})`,
    { code: 0, stderr: "" },
  ]);
  expect(shown.length).toBeLessThanOrEqual(MAX_SHOWN);
});
