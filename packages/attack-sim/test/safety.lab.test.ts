import { expect } from "bun:test";
import type { LabHost } from "@udp/lab";
import { createPair } from "@udp/lab";
import { captureTest } from "@udp/lab/testing";
import { UDP_ATTACK_SIM } from "./udp-attack-sim.ts";

const SERVERS = ["amplification", "reflection", "loop", "vanished-client", "non-ascii"];

const RUN = ["run", "forged-source", "packet-too-big", ...SERVERS, "--trials", "1"];

/** Everything that can leave a host, but ICMPv6 that looks for neighbours and groups. */
const FILTER = "udp or icmp or tcp or (icmp6 and ip6[40] < 128)";

captureTest(
  "whatever a command is told, nothing leaves the host",
  async () => {
    await using pair = await createPair();
    const [here, there] = [pair.host("a"), pair.host("b")];
    await using capture = await there.capture(FILTER);
    for (const [code, ...argv] of commandsAgainst(there)) {
      await using program = await here.spawn([...UDP_ATTACK_SIM, ...argv]);
      expect([argv, (await program.end()).code]).toEqual([argv, code]);
    }
    await using unprivileged = await here.spawn(["env", "PATH=", ...UDP_ATTACK_SIM, ...RUN]);
    expect(await unprivileged.end()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("No private network: it needs the program"),
    });
    // The capture works: what another program sends is in it.
    await here.run(["bash", "-c", sayHelloTo(there)]);
    const payloads = (await capture.stop()).map(({ datagram }) => datagram?.payload.toString());
    expect(payloads).toEqual([Buffer.from("hello\n").toString()]);
  },
  60_000,
);

function sayHelloTo({ ipv4 }: LabHost): string {
  return `echo hello >/dev/udp/${ipv4}/9`;
}

/** Every command, with every way to name somebody else, behind the code with which it must end. */
function commandsAgainst(there: LabHost): readonly (readonly [number, ...string[]])[] {
  const refused = [there.ipv4, there.ipv6].flatMap((address): [number, ...string[]][] => [
    [2, "server", address],
    [2, "client", address],
    [2, "attacker", "--port", "40831", "--host", address],
  ]);
  return [
    ...refused,
    [0, ...RUN],
    [0, "run", "--simulate", "--trials", "1", "--quiet"],
    [0, "demo"],
    [1, "grade", "--command", `bash -c '${sayHelloTo(there)}'`],
    [1, "grade", "--server", "9"],
    [0, "list"],
    [0, "explain", "replay"],
  ];
}
