import { ALTERED_BYTES } from "./altered-bytes.ts";
import type { Attack } from "./attack.ts";
import { BIRTHDAY } from "./birthday.ts";
import { FORGED_SOURCE } from "./forged-source.ts";
import { ID_COPY } from "./id-copy.ts";
import { ID_GUESSING } from "./id-guessing.ts";
import { LATE_ANSWER } from "./late-answer.ts";
import { NEAR_MISSES } from "./near-misses.ts";
import { OTHER_PORT } from "./other-port.ts";
import { PACKET_TOO_BIG } from "./packet-too-big.ts";
import { PORT_GUESSING } from "./port-guessing.ts";
import { REPLAY } from "./replay.ts";

/** All attacks on a client, from the one that needs least to the one that needs most. */
export const ATTACKS: readonly Attack[] = [
  OTHER_PORT,
  FORGED_SOURCE,
  PORT_GUESSING,
  ID_GUESSING,
  BIRTHDAY,
  NEAR_MISSES,
  PACKET_TOO_BIG,
  LATE_ANSWER,
  REPLAY,
  ID_COPY,
  ALTERED_BYTES,
];
