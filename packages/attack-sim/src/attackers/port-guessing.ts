import type { Attack } from "./attack.ts";

export const PORT_GUESSING: Attack = {
  name: "port-guessing",
  title: "off-path, trying one port after another",
  story:
    "The attacker forges the source and sends many datagrams, each to another port of the client, before the server's answer comes. Where the port is known, or requests carry an id, it tries ids as well.",
  remedy:
    "Many ports. With P ports and F datagrams one exchange in P/F is lost; an id multiplies that.",
  reference: "RFC 5452 section 7; the Kaminsky attack of 2008 on resolvers with one port.",
  source: "server",
  knowsPort: false,
  id: "guessed",
  content: "invented",
  datagrams: "many",
  wantedCount: 1,
  aim: "belief",
};
