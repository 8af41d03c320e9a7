import type { Attack } from "./attack.ts";

export const BIRTHDAY: Attack = {
  name: "birthday",
  title: "off-path, knowing the port, with eight equal requests in flight",
  story:
    "The attacker has found the port out, and makes the client want the same answer eight times at once. Each request has an id of its own, and a guess needs to hit only one of them.",
  remedy: "One request in flight for each question: then there is one id to hit.",
  reference: "RFC 5452 section 5; dnsmasq before 2.83 (CVE-2020-25686).",
  source: "server",
  knowsPort: true,
  id: "guessed",
  content: "invented",
  datagrams: "many",
  wantedCount: 8,
  aim: "belief",
};
