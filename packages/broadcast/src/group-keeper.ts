import { addressFamily, UdpError } from "@udp/core";
import type { InterfaceSocket } from "./interface-socket.ts";
import type { Group, Membership } from "./membership.ts";
import { membershipKey, membershipsFor } from "./membership.ts";
import type { NetworkInterface } from "./network-interface.ts";

/** What became of a group at an interface. */
export interface MembershipChange {
  readonly type: "joined" | "left" | "failed";
  readonly membership: Membership;
  /** Why it was not joined; with `failed` alone. */
  readonly error: UdpError | undefined;
}

/** Keeps a socket in its groups, at each interface that suits, while interfaces come and go. */
export class GroupKeeper {
  readonly #socket: InterfaceSocket;
  readonly #groups: readonly Group[];
  readonly #onChange: (change: MembershipChange) => void;
  readonly #joined = new Map<string, Membership>();
  /** Those that could not be joined are tried again when something changes, and told of once. */
  readonly #failed = new Set<string>();

  constructor(
    socket: InterfaceSocket,
    groups: readonly Group[],
    onChange: (change: MembershipChange) => void,
  ) {
    this.#socket = socket;
    this.#groups = groups;
    this.#onChange = onChange;
  }

  /** Joins what is to be joined at these interfaces, and leaves the rest. */
  keep(interfaces: readonly NetworkInterface[]): void {
    const wanted = new Map(
      membershipsFor(this.#groups, interfaces).map((one) => [membershipKey(one), one]),
    );
    for (const [key, membership] of this.#joined) {
      if (!wanted.has(key)) this.#leave(key, membership);
    }
    for (const key of this.#failed) if (!wanted.has(key)) this.#failed.delete(key);
    for (const [key, membership] of wanted) {
      if (!this.#joined.has(key)) this.#join(key, membership);
    }
  }

  /** Whether one of these groups of this family is heard at the interface. */
  hears(groups: readonly Group[], interfaceName: string, family: 4 | 6): boolean {
    return [...this.#joined.values()].some(
      ({ group, ...at }) =>
        at.interfaceName === interfaceName &&
        groups.includes(group) &&
        addressFamily(group.address) === family,
    );
  }

  #join(key: string, membership: Membership): void {
    try {
      this.#socket.join(membership);
      this.#joined.set(key, membership);
      this.#failed.delete(key);
      this.#onChange({ type: "joined", membership, error: undefined });
    } catch (error) {
      if (!(error instanceof UdpError)) throw error;
      if (!this.#failed.has(key)) this.#onChange({ type: "failed", membership, error });
      this.#failed.add(key);
    }
  }

  #leave(key: string, membership: Membership): void {
    this.#socket.leave(membership);
    this.#joined.delete(key);
    this.#onChange({ type: "left", membership, error: undefined });
  }
}
