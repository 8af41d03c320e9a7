import { seededRandom } from "@udp/core";
import { createRequester, ImpairedSockets, serveRequests } from "@udp/reliable";

/** Loses half of what arrives, and doubles the rest. */
const badNetwork = new ImpairedSockets({
  link: { lossRatio: 0.5, duplicateRatio: 1 },
  random: seededRandom(7),
});

let balance = 0;
await using server = await serveRequests(
  ({ payload }) => {
    balance += Number(new TextDecoder().decode(payload));
    return `The balance is ${balance}`;
  },
  { port: 0, openSocket: badNetwork.open },
);

await using requester = await createRequester({
  host: "127.0.0.1",
  port: server.local.port,
  retransmission: "low-latency",
});
await requester.request("30");
const answer = await requester.request("12");

console.log(new TextDecoder().decode(answer.payload)); // The balance is 42
