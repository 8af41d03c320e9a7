import type { Attack } from "./attack.ts";

export const REPLAY: Attack = {
  name: "replay",
  title: "on-path, an earlier answer sent again",
  story:
    "The attacker has recorded an answer of the server, which the client believed then, and sends it again as the answer to another request.",
  remedy:
    "An id for each request, or a MAC with a replay window. A time window helps only against old recordings.",
  reference: "RFC 4303 section 3.4.3; RFC 9147 section 4.5.1.",
  source: "server",
  knowsPort: true,
  id: "earlier",
  content: "replayed",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
