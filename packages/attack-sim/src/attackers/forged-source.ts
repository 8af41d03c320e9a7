import type { Attack } from "./attack.ts";

export const FORGED_SOURCE: Attack = {
  name: "forged-source",
  title: "off-path, with the server's address and port",
  story:
    "The attacker writes the server's address and port into the source of one datagram, as anybody can whose network lets forged sources out.",
  remedy:
    "The source proves nothing any more. A random port or a random id has to be guessed; a MAC cannot be.",
  reference:
    "RFC 5452 section 4; BCP 38 (RFC 2827) asks networks to let no forged source out, and many do.",
  source: "server",
  knowsPort: false,
  id: "guessed",
  content: "invented",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
