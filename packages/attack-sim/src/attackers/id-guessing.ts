import type { Attack } from "./attack.ts";

export const ID_GUESSING: Attack = {
  name: "id-guessing",
  title: "off-path, knowing the port, trying one id after another",
  story:
    "The attacker has found the port out, forges the source and sends many datagrams with different ids to it.",
  remedy:
    "Ids with many bits. Impatience and an alarm leave the attacker one guess, and let it end the exchange instead.",
  reference:
    "RFC 5452 section 7; SAD DNS (CVE-2020-25705) finds the port by the rate of ICMP errors.",
  source: "server",
  knowsPort: true,
  id: "guessed",
  content: "invented",
  datagrams: "many",
  wantedCount: 1,
  aim: "belief",
};
