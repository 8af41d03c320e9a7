import { expect } from "bun:test";
import type { LabHost } from "@udp/lab";
import { createPair } from "@udp/lab";
import { captureTest } from "@udp/lab/testing";
import { UDP_ATTACK_SIM } from "./udp-attack-sim.ts";

const RUN = ["run", "--trials", "1", "--json"];

/** Everything that can leave a host but what looks for neighbours and routers. */
const FILTER = "udp or (icmp and not icmp6) or tcp";

captureTest(
  "whatever a command is told, nothing leaves the host",
  async () => {
    await using pair = await createPair();
    const [here, there] = [pair.host("a"), pair.host("b")];
    await using capture = await there.capture(FILTER);
    const codes = new Map<string, number>();
    for (const argv of commandsAgainst(there)) {
      await using program = await here.spawn([...UDP_ATTACK_SIM, ...argv]);
      codes.set(argv.join(" "), (await program.end()).code);
    }
    await using unprivileged = await here.spawn(["env", "PATH=", ...UDP_ATTACK_SIM, ...RUN]);
    expect((await unprivileged.end()).stderr).toContain("No private network: it needs the program");
    const refused = commandsAgainst(there).filter(
      (argv) => argv.includes(there.ipv4) || argv.includes(there.ipv6),
    );
    expect(refused.map((argv) => codes.get(argv.join(" ")))).toEqual(refused.map(() => 2));
    expect([...codes.values()].filter((code) => code === 0)).toHaveLength(
      codes.size - refused.length,
    );
    // The capture works: what another program sends is in it.
    await here.run(["bash", "-c", `echo hello >/dev/udp/${there.ipv4}/9`]);
    const payloads = (await capture.stop()).map(({ datagram }) => datagram?.payload.toString());
    expect(payloads).toEqual([Buffer.from("hello\n").toString()]);
  },
  60_000,
);

/** Every command, and every way to name somebody else. */
function commandsAgainst({ ipv4, ipv6 }: LabHost): readonly (readonly string[])[] {
  return [
    ...[ipv4, ipv6].flatMap((address) => [
      ["server", address],
      ["client", address],
      ["attacker", "--port", "40831", "--host", address],
    ]),
    RUN,
    ["run", "--simulate", "--trials", "1", "--quiet"],
    ["demo"],
    ["list"],
    ["explain", "replay"],
  ];
}
