/** Asks `SERVER` so many times, one after another, and waits for each answer. */
import { parseEndpoint } from "@udp/core";
import { askEcho } from "../../src/index.ts";

const [server = "", count] = process.argv.slice(2);
const { address: host, port } = parseEndpoint(server);
for (let left = Number(count); left > 0; left--) {
  await askEcho({ host, port, payload: new TextEncoder().encode(`${left} to go`) });
}
