import { Correspondent } from "./correspondent.ts";
import type { ServerScenario } from "./server-scenario.ts";
import { survival } from "./survival.ts";

/** Nothing, a byte that is no ASCII, broken UTF-8, NUL, and the largest datagram that there is. */
const JUNK: readonly Uint8Array[] = [
  new Uint8Array(),
  Uint8Array.of(0xff),
  Uint8Array.of(0xe4, 0xbd, 0x00, 0xed, 0xa0, 0x80),
  new Uint8Array(65_507),
];

export const NON_ASCII: ServerScenario = {
  name: "non-ascii",
  title: "killed by one byte that is no text",
  story:
    "Somebody sends one byte above 127. The original server decodes it as ASCII, the decoder throws, and nobody catches: one datagram from anywhere ends the server.",
  remedy:
    "Nothing that a stranger sends may throw on the receive path. Bytes are bytes until they have been checked.",
  reference: "The server udp_local.py of the article; CWE-248.",
  naive: "length-server",
  examine: (subject) =>
    survival(subject, async () => {
      await using stranger = await Correspondent.open();
      for (const junk of JUNK) stranger.send(junk, subject.endpoint);
      await stranger.quiet();
    }),
};
