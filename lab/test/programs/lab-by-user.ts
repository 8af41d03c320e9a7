/** Makes a network and uses it, as whoever runs this. */
import { createLan } from "../../src/index.ts";

await using lan = await createLan({ hosts: 2, link: { delayMs: 1 } });
await lan.host("h1").run(["ping", "-n", "-c1", "h2"]);
console.log(`user ${process.getuid?.()}: reached h2`);
