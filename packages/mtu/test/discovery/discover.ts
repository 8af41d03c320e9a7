/** Measures the way to `HOST` and prints what was found, as JSON. */
import { discoverPathMtu } from "../../src/discover.ts";

const { forward, backward, ...discovery } = await discoverPathMtu({
  host: process.argv[2] ?? "",
  isSequential: process.argv[3] === "sequential",
});
console.log(
  JSON.stringify({
    ...discovery,
    isExact: forward.isExact,
    isBackwardExact: backward?.isExact,
    probeCount: forward.probeCount,
  }),
);
