/** Asks the kernel as the JSON says that it is given, and prints its view, as JSON. */
import { viewKernel } from "../../src/view-kernel.ts";

console.log(JSON.stringify(await viewKernel(JSON.parse(process.argv[2] ?? ""))));
