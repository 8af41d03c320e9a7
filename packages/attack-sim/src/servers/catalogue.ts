import { AMPLIFICATION } from "./amplification.ts";
import { LOOP } from "./loop.ts";
import { MEMORY } from "./memory.ts";
import { NON_ASCII } from "./non-ascii.ts";
import { REFLECTION } from "./reflection.ts";
import type { ServerScenario } from "./server-scenario.ts";
import { VANISHED_CLIENT } from "./vanished-client.ts";

/** All that is tried on servers; what may end one comes last. */
export const SERVER_SCENARIOS: readonly ServerScenario[] = [
  AMPLIFICATION,
  REFLECTION,
  LOOP,
  MEMORY,
  VANISHED_CLIENT,
  NON_ASCII,
];
