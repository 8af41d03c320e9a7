/** Traces as the JSON says that it is given, and prints what was found, as JSON. */
import { traceHops } from "../../src/trace.ts";

console.log(JSON.stringify(await traceHops(JSON.parse(process.argv[2] ?? ""))));
