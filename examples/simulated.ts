/** The same echo exchange on a simulated network: no socket, no waiting, the same outcome each time. */
import { seededRandom } from "@udp/core";
import { createNetwork, VirtualClock } from "@udp/core/simulation";
import { askEcho, serveEcho } from "@udp/echo";

const clock = new VirtualClock();
const network = createNetwork({ clock, random: seededRandom(1), link: { delayMs: 20 } });
const near = network.host("near", ["10.0.0.1"]);
const far = network.host("far", ["10.0.0.2"]);

await using server = await serveEcho({ host: "10.0.0.2", openSocket: far.openSocket, clock });
const reply = await clock.run(
  askEcho({
    host: "10.0.0.2",
    payload: new TextEncoder().encode("hello"),
    openSocket: near.openSocket,
    clock,
  }),
);

console.log(`${reply.rttMs} ms`); // 40 ms
console.log(server.counters.repliedCount); // 1
