import { AMPLIFICATION } from "./amplification.ts";
import { LOOP } from "./loop.ts";
import { MEMORY } from "./memory.ts";
import { NON_ASCII } from "./non-ascii.ts";
import { REFLECTION } from "./reflection.ts";
import type { ServerScenario } from "./server-scenario.ts";
import { VANISHED_CLIENT } from "./vanished-client.ts";

/** All that is tried on servers. */
export const SERVER_SCENARIOS: readonly ServerScenario[] = [
  AMPLIFICATION,
  REFLECTION,
  LOOP,
  NON_ASCII,
  VANISHED_CLIENT,
  MEMORY,
];
