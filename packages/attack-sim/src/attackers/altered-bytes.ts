import type { Attack } from "./attack.ts";

export const ALTERED_BYTES: Attack = {
  name: "altered-bytes",
  title: "on-path, changing the true answer",
  story:
    "The answer passes through the attacker's hands, who changes it. It comes once, at the right time, from the right place.",
  remedy: "A MAC. It keeps the lie away, not the harm: the true answer is lost.",
  reference: "RFC 8085 section 6: use an existing protocol such as DTLS.",
  source: "server",
  knowsPort: true,
  id: "seen",
  content: "altered",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
