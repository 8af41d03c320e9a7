import { expect } from "bun:test";
import { formatEndpoint } from "@udp/core";
import type { CapturedPacket, Lab } from "@udp/lab";
import { createPath } from "@udp/lab";
import { captureTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

const CARELESS_CLIENT = Bun.fileURLToPath(import.meta.resolve("./programs/careless-client.ts"));
const PATIENT_CLIENT = Bun.fileURLToPath(import.meta.resolve("./programs/patient-client.ts"));
const DATAGRAMS = 20;
const QUESTIONS = 200;

/** What makes a router send errors to the server, each family in its own words. */
const FAMILIES = {
  IPv4: {
    /** The errors that a router can be told to send, as `nft` names them: type and code. */
    rejections: {
      "net-unreachable": "3/0",
      "host-unreachable": "3/1",
      "prot-unreachable": "3/2",
      "port-unreachable": "3/3",
      "net-prohibited": "3/9",
      "host-prohibited": "3/10",
      "admin-prohibited": "3/13",
    },
    tooBig: "3/4",
    timeExceeded: "11/0",
    match: (client: string) => `ip daddr ${client} reject with icmp type`,
    clientNetwork: "10.77.100.0/24",
    client: (number: number) => `10.77.100.${number}`,
    middleHop: { near: "10.77.2.1", far: "10.77.2.2" },
    addressOf: (lab: Lab, name: string) => lab.host(name).ipv4,
  },
  IPv6: {
    rejections: {
      "no-route": "1/0",
      "admin-prohibited": "1/1",
      "addr-unreachable": "1/3",
      "port-unreachable": "1/4",
      "policy-fail": "1/5",
      "reject-route": "1/6",
    },
    tooBig: "2/0",
    timeExceeded: "3/0",
    match: (client: string) => `ip6 daddr ${client} reject with icmpv6 type`,
    clientNetwork: "fd77:100::/64",
    client: (number: number) => `fd77:100::${number}`,
    middleHop: { near: "fd77:2::1", far: "fd77:2::2" },
    addressOf: (lab: Lab, name: string) => lab.host(name).ipv6,
  },
} as const;

type Family = (typeof FAMILIES)[keyof typeof FAMILIES];

for (const [name, family] of Object.entries(FAMILIES)) {
  captureTest(`${name}: a server outlives every ICMP error that a router sends`, async () => {
    await using path = await createPath({ mtus: [1280, 1400, 1500] });
    const careless = await sendAnswersAstray(path, family);
    const host = path.host("h2");
    const address = family.addressOf(path, "h2");
    const options = ["--reply", "echo", "--json", "--quiet", "--rate-per-source", "none"];
    await using server = await listening(
      await host.spawn([...UDP_ECHO, "server", address, ...options]),
    );
    await using capture = await host.capture("icmp or icmp6");

    const to = formatEndpoint(server.local);
    const clients = path.host("h1");
    await Promise.all([
      clients.run([process.execPath, PATIENT_CLIENT, to, String(QUESTIONS)]),
      ...careless.map(({ source, payloadBytes }) => {
        const amounts = [String(DATAGRAMS), String(payloadBytes)];
        return clients.run([process.execPath, CARELESS_CLIENT, to, source, ...amounts]);
      }),
    ]);
    await clients.run([process.execPath, PATIENT_CLIENT, to, "1"]);

    const seen = new Set((await capture.stop()).map(icmpTypeAndCode));
    expect(errorsOf(family).difference(seen)).toEqual(new Set());
    const { stdout } = await server.program.end("SIGINT");
    const count = QUESTIONS + 1 + careless.length * DATAGRAMS;
    expect(parse(documentSchemas.summary, JSON.parse(lastLine(stdout)))).toMatchObject({
      receivedCount: count,
      repliedCount: count,
      unsentCount: 0,
      refusedCount: 0,
    });
  });
}

interface CarelessClient {
  readonly source: string;
  readonly payloadBytes: number;
}

/** Clients that the answers of the server do not reach, each for a reason of its own. */
async function sendAnswersAstray(path: Lab, family: Family): Promise<CarelessClient[]> {
  const rejections = Object.keys(family.rejections);
  const sources = [...rejections, "in circles"].map((_, index) => family.client(index + 1));
  const { near, far } = family.middleHop;
  const [clients, first, last] = [path.host("h1"), path.host("r1"), path.host("r2")];
  for (const source of sources) await clients.run(["ip", "addr", "add", source, "dev", "lo"]);
  // Each router takes the other one for the way to these clients.
  await last.run(["ip", "route", "add", family.clientNetwork, "via", near]);
  await first.run(["ip", "route", "add", family.clientNetwork, "via", far]);
  const rules = rejections.map(
    (reason, index) => `${family.match(sources[index] ?? "")} ${reason}`,
  );
  await last.run(["nft", `table inet astray {\n${forwardChain(rules)}\n}`]);
  const tooLarge = { source: family.addressOf(path, "h1"), payloadBytes: 1450 };
  return [tooLarge, ...sources.map((source) => ({ source, payloadBytes: 100 }))];
}

function forwardChain(rules: readonly string[]): string {
  return `chain forward {\ntype filter hook forward priority 0\n${rules.join("\n")}\n}`;
}

function errorsOf({ rejections, tooBig, timeExceeded }: Family): Set<string> {
  return new Set<string>([...Object.values(rejections), tooBig, timeExceeded]);
}

function icmpTypeAndCode({ frame }: CapturedPacket): string {
  const packet = frame.subarray(14);
  const [versionAndWords = 0] = packet;
  const offset = versionAndWords >> 4 === 4 ? 4 * (versionAndWords & 0x0f) : 40;
  return `${packet[offset]}/${packet[offset + 1]}`;
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
