/** Measures the ways to `HOST,…` at the same time, and prints a line of JSON for each, in that order. */
import { discoverPathMtu } from "../../src/discover.ts";

const [hosts = "", mode] = process.argv.slice(2);
const isSequential = mode === "sequential";
const measured = hosts.split(",").map((host) => discoverPathMtu({ host, isSequential }));

for (const { forward, backward, ...discovery } of await Promise.all(measured)) {
  console.log(
    JSON.stringify({
      ...discovery,
      isExact: forward.isExact,
      isBackwardExact: backward?.isExact,
      probeCount: forward.probeCount,
    }),
  );
}
