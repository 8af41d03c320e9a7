import { describe, expect } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint } from "@udp/core";
import {
  addressWords,
  encodeIpv4Packet,
  encodeStampTlvs,
  encodeUdpPacket,
  estimateStampError,
  stampHmacTlv,
  UDP_PROTOCOL,
} from "@udp/core";
import { encodePcap, LINK_TYPE, testWhere } from "@udp/lab/testing";
import { StampProbe } from "../src/stamp/probe.ts";
import { StampReflector } from "../src/stamp/reflector.ts";

// What somebody else's program makes of our packets. Wireshark has no dissector of STAMP; TWAMP-Test
// (RFC 5357) has the same fields at the same places where there is no key. The SSID is `mbz1` to it, and
// what is behind the sender's TTL is padding. Of packets with a key it knows the sequence number alone.

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const SENDER: Endpoint = { address: "192.0.2.1", port: 50_000 };
const REFLECTOR: Endpoint = { address: "192.0.2.2", port: 862 };
const NUMBER = 7;

/** Parts of a second that an NTP timestamp says exactly. */
const NOON_UNIX_NS = 1_780_920_000_000_000_000n;
const RECEIVED_AT_UNIX_NS = NOON_UNIX_NS + 500_000_000n;
const REPLIED_AT_UNIX_NS = NOON_UNIX_NS + 750_000_000n;

/** A scale of 15 and a multiplier of 132. */
const errorEstimate = () => estimateStampError({ isSynchronised: true, maxErrorNs: 1e6 });

const FIELDS = [
  "frame.protocols",
  "ip.checksum.status",
  "udp.checksum.status",
  "_ws.expert",
  "_ws.malformed",
  "twamp.test.seq_number",
  "twamp.test.timestamp",
  "twamp.test.error_estimate.s",
  "twamp.test.error_estimate.z",
  "twamp.test.error_estimate.scale",
  "twamp.test.error_estimate.multiplier",
  "twamp.test.mbz1",
  "twamp.test.receive_timestamp",
  "twamp.test.sender_seq_number",
  "twamp.test.sender_timestamp",
  "twamp.test.mbz2",
  "twamp.test.sender_ttl",
  "twamp.test.padding",
] as const;

type Dissection = Readonly<Record<(typeof FIELDS)[number], string>>;

/** What every packet has that is whole. */
const SOUND = {
  "frame.protocols": "raw:ip:udp:twamp.test",
  "ip.checksum.status": "1",
  "udp.checksum.status": "1",
  "_ws.expert": "",
  "_ws.malformed": "",
};

const SOMETHING = expect.stringMatching(/./);

const obstacle = Bun.which("tshark") === null ? "needs the program tshark" : undefined;

describe("tshark takes it for TWAMP-Test", () => {
  testWhere(obstacle, "a request and its reply", async () => {
    const { probe, request, reply } = exchange({});
    const [sent, answered] = await dissect([fromSender(request), fromReflector(reply)]);
    const ssid = String(probe.ssid);
    expect(sent).toMatchObject({
      ...SOUND,
      "twamp.test.seq_number": "7",
      "twamp.test.timestamp": expect.stringContaining("12:00:00.000000000"),
      "twamp.test.mbz1": ssid,
    });
    expect(answered).toMatchObject({
      ...SOUND,
      "twamp.test.seq_number": "0",
      "twamp.test.timestamp": expect.stringContaining("12:00:00.750000000"),
      "twamp.test.error_estimate.s": "1,1",
      "twamp.test.error_estimate.z": "0,0",
      "twamp.test.error_estimate.scale": "15,15",
      "twamp.test.error_estimate.multiplier": "132,132",
      "twamp.test.mbz1": ssid,
      "twamp.test.receive_timestamp": expect.stringContaining("12:00:00.500000000"),
      "twamp.test.sender_seq_number": "7",
      "twamp.test.sender_timestamp": expect.stringContaining("12:00:00.000000000"),
      "twamp.test.mbz2": "0",
      "twamp.test.sender_ttl": "61",
      "twamp.test.padding": "000000",
    });
  });

  testWhere(obstacle, "TLVs behind them, whose flags the reflector changed", async () => {
    const { request, reply } = exchange({ extraBytes: 6 });
    const dissections = await dissect([fromSender(request), fromReflector(reply)]);
    expect(dissections).toMatchObject([
      { ...SOUND, "twamp.test.padding": "000000800100020000" },
      { ...SOUND, "twamp.test.seq_number": "0", "twamp.test.padding": "000000000100020000" },
    ]);
  });

  testWhere(obstacle, "packets with a key, as far as it knows them", async () => {
    const plain = exchange({ key: KEY });
    const followed = exchange({ key: KEY, tlvs: followUpAndHmac() });
    const dissections = await dissect([
      fromSender(plain.request),
      fromReflector(plain.reply),
      fromSender(followed.request),
      fromReflector(followed.reply),
    ]);
    expect(dissections).toMatchObject([
      { ...SOUND, "twamp.test.seq_number": "7" },
      { ...SOUND, "twamp.test.seq_number": "0" },
      { ...SOUND, "twamp.test.seq_number": "7" },
      { ...SOUND, "twamp.test.seq_number": "0" },
    ]);
    const paddings = dissections.map((dissection) => dissection["twamp.test.padding"]);
    const sent = [plain.request, plain.reply, followed.request, followed.reply];
    expect(paddings).toEqual(sent.map((packet) => packet.subarray(41).toHex()));
  });

  testWhere(obstacle, "what is too short is malformed, and a wrong checksum is seen", async () => {
    const { request } = exchange({});
    const damaged = fromSender(request);
    damaged[40] = 1 ^ (damaged[40] ?? 0);
    const dissections = await dissect([fromSender(request.subarray(0, 10)), damaged]);
    expect(dissections).toMatchObject([
      { "_ws.malformed": expect.stringContaining("Malformed"), "_ws.expert": SOMETHING },
      { "udp.checksum.status": "0", "_ws.expert": SOMETHING },
    ]);
  });
});

/** One request and its reply; TLVs take the place of the padding, as long as they are. */
function exchange(options: {
  readonly key?: Uint8Array;
  readonly extraBytes?: number;
  readonly tlvs?: Uint8Array;
}) {
  const { key, tlvs, extraBytes = tlvs?.byteLength ?? 0 } = options;
  const probe = new StampProbe({ key, errorEstimate, random: () => 0 });
  const request = new Uint8Array(probe.minPayloadBytes + extraBytes);
  probe.write(NUMBER, request, NOON_UNIX_NS);
  if (tlvs !== undefined) request.set(tlvs, probe.minPayloadBytes);
  return { probe, request, reply: reflect(request, key) };
}

function reflect(payload: Uint8Array, key: Uint8Array | undefined): Uint8Array {
  const unixNowNs = (): bigint => REPLIED_AT_UNIX_NS;
  const reflector = new StampReflector({ key, mode: "stateful", errorEstimate, unixNowNs });
  const { address, port: sourcePort } = SENDER;
  const arrival = { payload, sourceAddress: addressWords(address), sourcePort, hopLimit: 61 };
  const reply = new Uint8Array(payload.byteLength);
  const moment = { nowNs: 0, receivedAtUnixNs: RECEIVED_AT_UNIX_NS };
  expect(reflector.reflect(arrival, moment, reply)).toBe(payload.byteLength);
  return reply;
}

function followUpAndHmac(): Uint8Array {
  const followUp = { type: 7, value: new Uint8Array(16) };
  return encodeStampTlvs([followUp, stampHmacTlv(NUMBER, encodeStampTlvs([followUp]), KEY)]);
}

function fromSender(payload: Uint8Array): Uint8Array {
  return packet(SENDER, REFLECTOR, payload);
}

function fromReflector(payload: Uint8Array): Uint8Array {
  return packet(REFLECTOR, SENDER, payload);
}

function packet(source: Endpoint, destination: Endpoint, payload: Uint8Array): Uint8Array {
  return encodeIpv4Packet({
    source: source.address,
    destination: destination.address,
    protocol: UDP_PROTOCOL,
    payload: encodeUdpPacket(source, destination, payload),
  });
}

async function dissect(frames: readonly Uint8Array[]): Promise<readonly Dissection[]> {
  const folder = await mkdtemp(join(tmpdir(), "stamp-"));
  try {
    const file = join(folder, "stamp.pcap");
    const packets = frames.map((frame, index) => ({ capturedAtMs: 1000 * index, frame }));
    await Bun.write(file, encodePcap(packets, LINK_TYPE.ip));
    const lines = await runTshark(file);
    return lines.map(readDissection);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The fields of each packet in a line, apart from each other by tabs. */
async function runTshark(file: string): Promise<readonly string[]> {
  const checks = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE"];
  const format = ["-T", "fields", ...FIELDS.flatMap((field) => ["-e", field])];
  const { port } = REFLECTOR;
  const tshark = Bun.spawn(
    ["tshark", "-n", "-r", file, "-d", `udp.port==${port},twamp.test`, ...checks, ...format],
    { env: { ...Bun.env, TZ: "UTC" }, stderr: "pipe" },
  );
  const [stdout, stderr, exitCode] = await Promise.all([
    tshark.stdout.text(),
    tshark.stderr.text(),
    tshark.exited,
  ]);
  if (exitCode !== 0) throw new Error(`tshark exited with ${exitCode}: ${stderr}`);
  return stdout.trimEnd().split("\n");
}

function readDissection(line: string): Dissection {
  const values = line.split("\t");
  const entries = FIELDS.map((field, index) => [field, values[index] ?? ""] as const);
  return Object.fromEntries(entries) as Dissection;
}
