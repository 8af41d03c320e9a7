import type { AddressFamily, Clock, Endpoint } from "@udp/core";
import {
  addressFamily,
  addressWords,
  checkPort,
  DEFAULT_PORT,
  isUnspecified,
  parseAddress,
  systemClock,
  tell,
  UdpError,
} from "@udp/core";
import type { HeardDatagram } from "./arrival.ts";
import type { MembershipChange } from "./group-keeper.ts";
import { GroupKeeper } from "./group-keeper.ts";
import type { InterfaceSocket } from "./interface-socket.ts";
import { openInterfaceSocket } from "./interface-socket.ts";
import { InterfaceWatch } from "./interface-watch.ts";
import type { Group } from "./membership.ts";
import { ALL_HOSTS, formatGroup, parseGroup } from "./membership.ts";
import type { NetworkInterface, ReadInterfaces } from "./network-interface.ts";
import { interfaceReader } from "./network-interface.ts";
import { OwnNetworks } from "./own-networks.ts";

/** Where a listener listens. */
export interface ListenOptions {
  /** An address of this host; `0.0.0.0` or `::` for all. Others hear no broadcasts. Default `0.0.0.0`. */
  readonly address?: string | undefined;
  /** 0 to 65535, where 0 lets the system choose. Default 1060. */
  readonly port?: number | undefined;
  /**
   * Let other sockets of this host that say so too listen at the same port: each hears broadcasts and
   * groups, and only the last one hears what is sent to this host alone, whichever program it is of.
   * Linux. Default `false`.
   */
  readonly sharesPort?: boolean | undefined;
  /**
   * Multicast groups to hear: `239.1.2.3`, `ff02::1%eth0` at one interface, `10.77.0.1@232.1.2.3`
   * from one source. At each interface that suits, while interfaces come and go. Linux. The groups of
   * all hosts, 224.0.0.1 and ff02::1, are always among them.
   */
  readonly groups?: readonly string[] | undefined;
  /** Told of each group that is joined at an interface, or is not. What it throws is an uncaught exception. */
  readonly onMembership?: ((change: MembershipChange) => void) | undefined;
  /** Closes the listener; where it is aborted already, opening rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the system's. */
  readonly readInterfaces?: ReadInterfaces | undefined;
  /** Default: the system's monotonic clock. */
  readonly clock?: Clock | undefined;
}

/** What a {@link Station} is for. */
export interface StationDuties {
  /** Groups to hear besides those of the options, as far as they are heard at the address. */
  readonly groups: readonly Group[];
  readonly onDatagram: (datagram: HeardDatagram) => void;
}

/** A socket that stays in its groups while interfaces come and go. */
export class Station implements AsyncDisposable {
  readonly socket: InterfaceSocket;
  readonly groups: GroupKeeper;
  /** As they are now. */
  networks: OwnNetworks;
  readonly #watch: InterfaceWatch;
  readonly #signal: AbortSignal | undefined;
  readonly #closeOnAbort = (): void => this.close();

  /** @throws UdpError as `listen`. */
  static async open(options: ListenOptions, duties: StationDuties): Promise<Station> {
    const { address = "0.0.0.0", port = DEFAULT_PORT, signal } = options;
    const local = { address: parseAddress(address), port: checkPort(port) };
    const groups = groupsAt(local.address, duties.groups, options.groups);
    const read = options.readInterfaces ?? (await interfaceReader());
    const interfaces = read();
    const socket = await openInterfaceSocket({
      local,
      sharesPort: options.sharesPort,
      allowBroadcast: false,
      onDatagram: duties.onDatagram,
      signal,
    });
    return new Station({ socket, groups, read, interfaces }, options);
  }

  private constructor(
    { socket, groups, read, interfaces }: Equipment,
    { clock = systemClock, onMembership, signal }: ListenOptions,
  ) {
    this.socket = socket;
    this.groups = new GroupKeeper(socket, groups, (change) => tell(onMembership, change));
    this.networks = new OwnNetworks(interfaces);
    this.groups.keep(interfaces);
    this.#watch = new InterfaceWatch(interfaces, { read, clock }, (changed) => {
      this.networks = new OwnNetworks(changed);
      this.groups.keep(changed);
    });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#closeOnAbort, { once: true });
  }

  get local(): Endpoint {
    return this.socket.local;
  }

  /** Idempotent; no callback follows. */
  close(): void {
    this.#signal?.removeEventListener("abort", this.#closeOnAbort);
    this.#watch[Symbol.dispose]();
    this.socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

interface Equipment {
  readonly socket: InterfaceSocket;
  readonly groups: readonly Group[];
  readonly read: ReadInterfaces;
  readonly interfaces: readonly NetworkInterface[];
}

/** A socket at an address of one host hears no group. */
function groupsAt(
  address: string,
  duties: readonly Group[],
  asked: readonly string[] = [],
): readonly Group[] {
  const families = familiesAt(address);
  const isHeard = (group: Group): boolean => families.includes(addressFamily(group.address));
  const groups = asked.map(parseGroup);
  const unheard = groups.find((group) => !isHeard(group));
  if (unheard === undefined) return [...ALL_HOSTS, ...duties, ...groups].filter(isHeard);
  const all = addressFamily(unheard.address) === 4 ? "0.0.0.0 or ::" : "::";
  throw new UdpError(
    "UDP_BAD_OPTION",
    `${formatGroup(unheard)} is not heard at ${address}; listen at ${all}`,
  );
}

function familiesAt(address: string): readonly AddressFamily[] {
  if (!isUnspecified(addressWords(address))) return [];
  return addressFamily(address) === 4 ? [4] : [6, 4];
}
