import type { Attack } from "./attack.ts";

export const NEAR_MISSES: Attack = {
  name: "near-misses",
  title: "off-path, a flood of answers with a wrong id",
  story:
    "The attacker does not try to be believed: it sends one and the same wrong answer, again and again or to many ports, so that the client gives up or takes fright before the true one comes.",
  remedy:
    "Patience: ignore what does not fit, and go on waiting until the time is over. An alarm is turned into a weapon here; it needs a safer way to ask by.",
  reference:
    "draft-li-dnsop-response-preprocessing; the spoof near miss limit of PowerDNS Recursor.",
  source: "server",
  knowsPort: false,
  id: "repeated",
  content: "invented",
  datagrams: "many",
  wantedCount: 1,
  aim: "denial",
};
