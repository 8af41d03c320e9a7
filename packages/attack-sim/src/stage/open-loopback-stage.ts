import { UdpError } from "@udp/core";
import { AttackSimError } from "../errors.ts";
import { isPrivateNetwork } from "../private-network.ts";
import type { StageAddresses } from "./loopback-stage.ts";
import type { Stage } from "./stage.ts";

/** In a network of one's own, the addresses that read best. */
const PRIVATE_ADDRESSES: StageAddresses = {
  client: "127.0.0.1",
  server: "127.0.0.2",
  attacker: "127.0.0.66",
};

/**
 * Real sockets on the loopback. In a private network sources are forged by raw sockets; elsewhere the
 * attacker binds the address that is to be believed, and Packets Too Big cannot be forged.
 *
 * @throws AttackSimError `ATTACK_SIM_UNSUPPORTED` elsewhere than on Linux; UdpError
 * `UDP_ADDRESS_IN_USE`, `UDP_SYSTEM`.
 */
export async function openLoopbackStage(): Promise<Stage> {
  if (process.platform !== "linux") throw unsupported();
  const { BindingForger, RawForger } = await import("./forger.ts");
  const { LoopbackStage } = await import("./loopback-stage.ts");
  const isPrivate = await isPrivateNetwork();
  const addresses = isPrivate ? PRIVATE_ADDRESSES : ownAddresses();
  const raw = isPrivate ? unlessRefused(() => new RawForger()) : undefined;
  return new LoopbackStage(addresses, (serverSocket) => raw ?? new BindingForger(serverSocket));
}

/** What the system may refuse; `undefined` where it does. */
function unlessRefused<Opened>(open: () => Opened): Opened | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof UdpError && error.code === "UDP_SYSTEM") return undefined;
    throw error;
  }
}

function unsupported(): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_UNSUPPORTED",
    "real sockets of the laboratory take Linux; with --simulate it runs everywhere",
  );
}

/** Loopback addresses that no other process uses: they have its number, of up to 22 bits, in them. */
function ownAddresses(): StageAddresses {
  const { pid } = process;
  const address = (role: number): string =>
    `127.${64 * role + (pid >>> 16)}.${(pid >>> 8) & 0xff}.${pid & 0xff}`;
  return { client: address(1), server: address(2), attacker: address(3) };
}
