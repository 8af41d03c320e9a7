import type { AddressFamily } from "@udp/core";
import type { Obstacle } from "../obstacle.ts";

/** ICMP (RFC 792, RFC 1122, RFC 1812) and ICMPv6 (RFC 4443), by type and code. */
const ICMP_WORDS: Readonly<Record<AddressFamily, Readonly<Record<string, string>>>> = {
  4: {
    "3/0": "no route to the network",
    "3/1": "the host cannot be reached",
    "3/2": "the host does not speak UDP",
    "3/3": "nothing receives at the port",
    "3/9": "the network is prohibited",
    "3/10": "the host is prohibited",
    "3/13": "administratively prohibited",
    "11/0": "too many hops",
  },
  6: {
    "1/0": "no route",
    "1/1": "administratively prohibited",
    "1/3": "the host cannot be reached",
    "1/4": "nothing receives at the port",
    "1/5": "the source is prohibited",
    "1/6": "the route is rejected",
    "3/0": "too many hops",
  },
};

const HOST_WORDS: Readonly<Record<string, string>> = {
  "would-block": "the queue of the interface is full",
  refused: "nothing receives at the port",
  unreachable: "no way leads there",
  "not-permitted": "a rule of this host forbids it",
};

/** What kept probes from getting through, and who said so. */
export function describeObstacle(obstacle: Obstacle, family: AddressFamily): string {
  const { from, reason, icmp, count } = obstacle;
  const times = count === 1 ? "once" : `${count} times`;
  if (reason === "foreign") {
    return `the far end answers, ${times}, and is neither a reflector nor an echo server`;
  }
  if (icmp === undefined)
    return `this host did not send, ${times}: ${HOST_WORDS[reason] ?? reason}`;
  const code = `${icmp.type}/${icmp.code}`;
  const words = ICMP_WORDS[family][code] ?? reason;
  return `${from ?? "a router"}, ${times}: ${words} (ICMP ${code})`;
}
