/** Reflects at all addresses of this host until it is killed; says when it has begun. */
import { serveReflector } from "../../src/reflector.ts";

await serveReflector({ host: "::", ratePerSource: "none", rateTotal: "none" });
console.log("listening");
