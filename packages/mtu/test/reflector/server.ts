/** Serves as a reflector at an address, and prints the port that the system chose. */
import { serveReflector } from "../../src/reflector.ts";

const [, , host = ""] = process.argv;
const { local } = await serveReflector({ host, port: 0 });
console.log(local.port);
