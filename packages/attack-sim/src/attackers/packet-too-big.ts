import type { Attack } from "./attack.ts";

export const PACKET_TOO_BIG: Attack = {
  name: "packet-too-big",
  title: "off-path, forged Packets Too Big",
  story:
    "The attacker sends ICMP messages that say that the client's request was too big for a link of 576 bytes. If they are believed, the client sends small datagrams for a long time.",
  remedy:
    "Compare what the message quotes with what was sent: the port, an id, a MAC. Never go below a size that every path carries.",
  reference: "RFC 8899 section 4.6; RFC 8085 section 5.2; RFC 8201 section 6.",
  source: "server",
  knowsPort: false,
  id: "guessed",
  content: "too-big",
  datagrams: "many",
  wantedCount: 1,
  aim: "belief",
};
