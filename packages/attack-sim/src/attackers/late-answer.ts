import type { Attack } from "./attack.ts";

export const LATE_ANSWER: Attack = {
  name: "late-answer",
  title: "no attacker: the late answer to an earlier request",
  story:
    "The client gave a request up and asks something else. Then the server's answer to the first one comes. It is genuine, from the right source, with a valid MAC.",
  remedy:
    "An id for each request. A MAC does not help: the server did send it. A new port for each request mostly helps, as the old one is closed.",
  reference: "RFC 8085 section 3.3: datagrams may be two minutes on their way.",
  source: "server",
  knowsPort: false,
  id: "earlier",
  content: "late",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
