/** A thread that ends without an error, at once or (`DYING_AFTER=serving`) after it has said that it serves. */
import { parentPort } from "node:worker_threads";

if (Bun.env.DYING_AFTER === "serving") parentPort?.postMessage("serving");
