import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { EphemeralPortsHost } from "./ephemeral-ports.ts";
import { readEphemeralPorts } from "./ephemeral-ports.ts";

const NETSH_ENGLISH = [
  "",
  "Protocol udp Dynamic Port Range",
  "---------------------------------",
  "Start Port      : 49152",
  "Number of Ports : 16384",
  "",
].join("\r\n");

/** Other words, and a blank at the end. */
const NETSH_GERMAN = [
  "",
  'Dynamischer Portbereich des Protokolls "udp"',
  "---------------------------------",
  "Startport      : 1025",
  "Anzahl von Ports : 64510 ",
  "",
].join("\r\n");

/** A host that gives one answer, and keeps what it was asked. */
function fakeHost(platform: NodeJS.Platform, answer: string): EphemeralPortsHost & Asked {
  const asked: string[] = [];
  const reply = async (question: string): Promise<string> => {
    asked.push(question);
    return answer;
  };
  return { platform, asked, readText: reply, run: (command) => reply(command.join(" ")) };
}

interface Asked {
  readonly asked: readonly string[];
}

const failingHost = (platform: NodeJS.Platform): EphemeralPortsHost => ({
  platform,
  readText: () => Promise.reject(new Error("ENOENT")),
  run: () => {
    throw new Error("ENOENT");
  },
});

describe("readEphemeralPorts", () => {
  test.each<[NodeJS.Platform, string, string, number, number]>([
    ["linux", "32768\t60999\n", "/proc/sys/net/ipv4/ip_local_port_range", 32_768, 60_999],
    [
      "darwin",
      "49152\n65535\n",
      "/usr/sbin/sysctl -n net.inet.ip.portrange.first net.inet.ip.portrange.last",
      49_152,
      65_535,
    ],
    ["win32", NETSH_ENGLISH, "netsh int ipv4 show dynamicport udp", 49_152, 65_535],
    ["win32", NETSH_GERMAN, "netsh int ipv4 show dynamicport udp", 1025, 65_534],
  ])("%s", async (platform, answer, question, firstPort, lastPort) => {
    const host = fakeHost(platform, answer);
    const ports = await readEphemeralPorts(host);
    expect({ ports, asked: host.asked }).toEqual({
      ports: { firstPort, lastPort },
      asked: [question],
    });
  });

  test("asks again at each call, since the range can be changed", async () => {
    const host = fakeHost("linux", "40000\t40000\n");
    await readEphemeralPorts(host);
    await readEphemeralPorts(host);
    expect(host.asked).toHaveLength(2);
  });

  test.each<NodeJS.Platform>(["linux", "darwin", "win32"])("%s that fails", async (platform) => {
    expect(await readEphemeralPorts(failingHost(platform))).toBeUndefined();
  });

  test("asks nothing of a platform it does not know", async () => {
    const host = fakeHost("aix", "32768\t60999\n");
    expect([await readEphemeralPorts(host), host.asked]).toEqual([undefined, []]);
  });

  test.each([
    ["linux", ""],
    ["linux", "32768"],
    ["linux", "32768 60999 1"],
    ["linux", "60999\t32768"],
    ["linux", "0\t60999"],
    ["linux", "32768\t65536"],
    ["linux", "-1\t60999"],
    ["win32", "The following command was not found: int ipv4 show dynamicport udp.\r\n"],
    ["win32", "Start Port : 49152\r\n"],
    ["win32", "Start Port : 49152\r\nNumber of Ports : 16385\r\n"],
    ["win32", "Start Port : 49152\r\nNumber of Ports : 0\r\n"],
  ] as const)("%s does not guess from %p", async (platform, answer) => {
    expect(await readEphemeralPorts(fakeHost(platform, answer))).toBeUndefined();
  });

  test("whatever a system prints is a range or undefined", async () => {
    const platform = fc.constantFrom<NodeJS.Platform>("linux", "darwin", "win32");
    const text = fc.oneof(
      fc.string(),
      fc.tuple(fc.integer(), fc.integer()).map((ends) => ends.join("\t")),
      fc.tuple(fc.nat(70_000), fc.nat(70_000)).map((ends) => `a : ${ends.join("\r\nb : ")}`),
    );
    await fc.assert(
      fc.asyncProperty(platform, text, async (name, answer) => {
        const { firstPort, lastPort } = (await readEphemeralPorts(fakeHost(name, answer))) ?? {
          firstPort: 1,
          lastPort: 1,
        };
        expect(1 <= firstPort && firstPort <= lastPort && lastPort <= 65_535).toBe(true);
      }),
    );
  });
});
