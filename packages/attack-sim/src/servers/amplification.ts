import type { Endpoint } from "@udp/core";
import { AMPLIFICATION_LIMIT, addressFamily, udpPacketBytes } from "@udp/core";
import { Correspondent } from "./correspondent.ts";
import type { Finding, ServerScenario, Subject } from "./server-scenario.ts";
import { NO_ANSWER } from "./survival.ts";

/** Small ones, as the factor is largest for those. */
const PROBES: readonly Uint8Array[] = [
  new Uint8Array(),
  new TextEncoder().encode("?"),
  new TextEncoder().encode("HELP\r\n"),
  new Uint8Array(64),
];

export const AMPLIFICATION: ServerScenario = {
  name: "amplification",
  title: "more bytes out than in",
  story:
    "Somebody sends a small datagram with a victim's address as its source. The server answers the victim with a large one, so that a thin line of the attacker's fills a thick one of the victim's.",
  remedy:
    "Never answer with more than three times what came, headers counted, before the client has shown that it receives where it says; best of all with less than came.",
  reference: "RFC 9000 section 8; RFC 8085 section 6; US-CERT alert TA14-017A.",
  figure: "bytes out per byte in, IP and UDP headers counted",
  naive: "help-server",
  examine,
};

async function examine(subject: Subject): Promise<Finding> {
  const factors = await Promise.all(
    [...PROBES, subject.question].map((probe) => amplificationFactor(probe, subject.endpoint)),
  );
  const answered = factors.filter((factor) => factor > 0);
  if (answered.length === 0) return NO_ANSWER;
  const largest = Math.max(...answered);
  return {
    verdict: largest > AMPLIFICATION_LIMIT ? "dangerous" : "safe",
    seen: `${largest.toFixed(1)} bytes out per byte in`,
    figure: largest,
  };
}

/**
 * Bytes that come back for each byte of one datagram, IP and UDP headers counted, to a source that
 * shows nothing more of itself.
 */
export async function amplificationFactor(probe: Uint8Array, endpoint: Endpoint): Promise<number> {
  await using victim = await Correspondent.open();
  victim.send(probe, endpoint);
  await victim.quiet();
  const family = addressFamily(endpoint.address);
  const bytesOut = victim.received.map(({ byteLength }) => udpPacketBytes(byteLength, family));
  return sum(bytesOut) / udpPacketBytes(probe.byteLength, family);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
