import { UdpError } from "@udp/core";

/** What an {@link AttackSimError} is about. */
export type AttackSimErrorCode =
  /** A target, source or reflector is not on the loopback, where alone this laboratory works. */
  | "ATTACK_SIM_NOT_LOOPBACK"
  /** This host cannot make the private network that was asked for. */
  | "ATTACK_SIM_NO_PRIVATE_NETWORK"
  /** This host has no sockets as the laboratory needs them. */
  | "ATTACK_SIM_UNSUPPORTED"
  /** A client that is to be graded asks nothing. */
  | "ATTACK_SIM_NO_REQUEST"
  /** Datagrams of the laboratory itself did not arrive, so that nothing was measured. */
  | "ATTACK_SIM_LOST"
  /** What was measured does not agree with the closed form, or a server fared otherwise than it must. */
  | "ATTACK_SIM_DISAGREEMENT"
  /** No answer that may be believed came in time. */
  | "ATTACK_SIM_NO_ANSWER";

/** An error of `@udp/attack-sim`, with a code for programs. */
export class AttackSimError extends UdpError<AttackSimErrorCode> {}

/** What the loopback does not do, unless the machine is very busy. */
export function datagramsLost(): AttackSimError {
  return new AttackSimError(
    "ATTACK_SIM_LOST",
    "datagrams of the laboratory did not arrive on the loopback; nothing was measured",
  );
}
