/** The ports, both ends included, that the system draws from where a socket asks for port 0. */
export interface EphemeralPorts {
  /** 1 to 65535. */
  readonly firstPort: number;
  /** `firstPort` to 65535. */
  readonly lastPort: number;
}

/** The system that is asked. Handed in, so that each platform's answer can be tested anywhere. */
export interface EphemeralPortsHost {
  /** As Node names it; one that is not known has no range. */
  readonly platform: NodeJS.Platform;
  /** The whole file. */
  readText(path: string): Promise<string>;
  /** What the command printed. */
  run(command: readonly string[]): Promise<string>;
}

const LINUX_FILE = "/proc/sys/net/ipv4/ip_local_port_range";
const DARWIN_COMMAND = [
  "/usr/sbin/sysctl",
  "-n",
  "net.inet.ip.portrange.first",
  "net.inet.ip.portrange.last",
];
const WINDOWS_COMMAND = ["netsh", "int", "ipv4", "show", "dynamicport", "udp"];

const LAST_PORT = 65_535;
const COMMAND_TIMEOUT_MS = 2000;

const thisHost: EphemeralPortsHost = {
  platform: process.platform,
  readText: (path) => Bun.file(path).text(),
  run: async (command) => {
    const { stdout } = Bun.spawn([...command], {
      stdin: "ignore",
      stderr: "ignore",
      timeout: COMMAND_TIMEOUT_MS,
      windowsHide: true,
    });
    return await stdout.text();
  },
};

/**
 * The range as it is set now, read from the system at each call; `undefined` where it cannot be
 * read. Never a default. Ports that the system keeps out of the range are not subtracted.
 *
 * Linux reads `net.ipv4.ip_local_port_range`, which IPv6 shares; macOS asks `sysctl`; Windows asks
 * `netsh` for the UDP range of IPv4.
 */
export async function readEphemeralPorts(
  host: EphemeralPortsHost = thisHost,
): Promise<EphemeralPorts | undefined> {
  try {
    return await askHost(host);
  } catch {
    return undefined;
  }
}

async function askHost(host: EphemeralPortsHost): Promise<EphemeralPorts | undefined> {
  switch (host.platform) {
    case "linux":
      return parseEnds(await host.readText(LINUX_FILE));
    case "darwin":
      return parseEnds(await host.run(DARWIN_COMMAND));
    case "win32":
      return parseStartAndCount(await host.run(WINDOWS_COMMAND));
    default:
      return undefined;
  }
}

function parseEnds(text: string): EphemeralPorts | undefined {
  const [, first, last] = /^\s*(\d+)\s+(\d+)\s*$/.exec(text) ?? [];
  return checkedPorts(Number(first), Number(last));
}

function parseStartAndCount(text: string): EphemeralPorts | undefined {
  // The words before the colons are in the language of the system, so only their order counts.
  const [start, count] = Array.from(text.matchAll(/:\s*(\d+)\s*$/gm), (match) => Number(match[1]));
  if (start === undefined || count === undefined) return undefined;
  return checkedPorts(start, start + count - 1);
}

function checkedPorts(firstPort: number, lastPort: number): EphemeralPorts | undefined {
  const isRange = firstPort >= 1 && firstPort <= lastPort && lastPort <= LAST_PORT;
  return isRange ? { firstPort, lastPort } : undefined;
}
