import type { Attack } from "./attack.ts";

export const ID_COPY: Attack = {
  name: "id-copy",
  title: "on-path, copying port and id",
  story:
    "The attacker sees the request go by and is quicker than the server: it knows the port and the id.",
  remedy: "A MAC, and nothing else of what is here.",
  reference: "RFC 5452 section 3 leaves this attacker out, and asks for cryptography against it.",
  source: "server",
  knowsPort: true,
  id: "seen",
  content: "invented",
  datagrams: "one",
  wantedCount: 1,
  aim: "belief",
};
