import type { Attack } from "./attack.ts";

export const OTHER_PORT: Attack = {
  name: "other-port",
  title: "off-path, from a port of its own",
  story:
    "The attacker knows which port the client usually asks from, and sends one answer from a socket of its own. Nothing is forged and nothing intercepted: this is the attack of the original article.",
  remedy:
    "Compare address and port of each answer with those of the server, or connect the socket. A random port makes the attacker guess.",
  reference:
    "RFC 8085 section 5; the program udp_local.py of the article; dnsmasq before 2.83 (CVE-2020-25684) took answers at any of its ports.",
  source: "own",
  knowsPort: false,
  id: "guessed",
  content: "invented",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
