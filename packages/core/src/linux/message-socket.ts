import type { Endpoint } from "../address/endpoint.ts";
import type { AddressFamily } from "../address/ip-address.ts";
import { addressFamily, unspecifiedAddress } from "../address/ip-address.ts";
import { isPort } from "../address/port.ts";
import { UdpError } from "../errors.ts";
import { integerOption } from "../option-check.ts";
import { socketClosed } from "../socket/system-error.ts";
import type { Arrival } from "./arrival.ts";
import { decodeArrival } from "./arrival.ts";
import { decodeControlMessages } from "./control-message.ts";
import type { Departure } from "./departure.ts";
import { checkHopLimit, encodeDeparture } from "./departure.ts";
import { bindDescriptor, connectDescriptor, localEndpoint, openDescriptor } from "./descriptor.ts";
import { decodeExtendedError, decodeSendNumber } from "./extended-error.ts";
import type { GroupMembership } from "./group-memberships.ts";
import { GroupMemberships } from "./group-memberships.ts";
import type { IpOptions } from "./ip-options.ts";
import { ipOptions } from "./ip-options.ts";
import { decodeKernelTime, reportTimes } from "./kernel-time.ts";
import {
  lastCallFailure,
  lastErrorName,
  libc,
  MSG_DONTWAIT,
  setSocketOption,
  socketOptionNumber,
} from "./libc.ts";
import { MessageBuffer } from "./message-buffer.ts";
import type { MulticastOptions } from "./multicast-options.ts";
import { setMulticast } from "./multicast-options.ts";
import type { SendOutcome } from "./send-outcome.ts";
import { outcomeOf } from "./send-outcome.ts";
import { decodeSockaddr, encodeSockaddr } from "./sockaddr.ts";
import type { SocketError } from "./socket-error.ts";
import { describeError } from "./socket-error.ts";
import type { MtuDiscovery } from "./socket-options.ts";
import {
  bindToInterface,
  droppedCount,
  enlargeReceiveBuffer,
  receiveIpv6Only,
  receiveJoinedGroupsOnly,
  setBroadcast,
  setMtuDiscovery,
  sharePort,
} from "./socket-options.ts";

const MSG_ERRQUEUE = 0x20_00;

const MAX_PAYLOAD_BYTES = 65_535;

const MAX_DSCP = 63;

/** Below the code point, in the same byte, stands what RFC 3168 says of congestion. */
const ECN_BITS = 2;

/** Where a {@link MessageSocket} is opened. */
export interface MessageSocketOptions {
  /** 4 or 6, never both: an IPv6 socket takes no IPv4. */
  readonly family: AddressFamily;
  /** Default: all addresses, a port that the system chooses. */
  readonly local?: Endpoint | undefined;
  /** The only peer of a connected socket. */
  readonly remote?: Endpoint | undefined;
  /**
   * The only interface to receive and send at. Needs no rights from Linux 5.7 on, before that
   * CAP_NET_RAW.
   */
  readonly interfaceName?: string | undefined;
  /**
   * Whether other sockets that say so too may have the same address and port; default: no. For those
   * who listen to broadcasts and groups alone: each of the sockets gets a copy of those, while what
   * is sent to this host reaches only one, the last to come, whichever program it is of. To be used
   * with a port in `local`: one that the system chooses may be that of others who share.
   */
  readonly sharesPort?: boolean | undefined;
}

/** How one datagram is sent. */
export interface MessageSendOptions extends Departure {
  /** Left out on a connected socket. */
  readonly to?: Endpoint | undefined;
}

/** When a datagram left. */
export interface SendTime {
  readonly kind: "sent";
  /** Which of the datagrams since {@link MessageSocket.reportTimes}, from 0 on. */
  readonly sendNumber: number;
  /** In nanoseconds of UNIX time by the clock of this host. */
  readonly sentAtUnixNs: bigint;
}

/** One datagram and what the kernel says about it. */
export interface ReceivedMessage extends Arrival {
  readonly payload: Uint8Array;
  readonly from: Endpoint;
}

/**
 * A UDP socket of its own, for what Bun's has no way to say: hop limits, destinations, the
 * don't-fragment flag, and which router could not pass on which datagram. Never waits; to hear when
 * there is something to read, see {@link watchReadable}. Of datagrams to groups it hears those that
 * it joined, and not those that other sockets of this host did.
 */
export class MessageSocket implements Disposable {
  /** For {@link watchReadable} and {@link ReadableWait}. */
  readonly fd: number;
  readonly family: AddressFamily;
  /** Where this socket receives; the port is the one that the system chose. */
  readonly local: Endpoint;
  readonly remote: Endpoint | undefined;
  readonly #options: IpOptions;
  readonly #groups: GroupMemberships;
  readonly #outgoing = new MessageBuffer();
  readonly #incoming = new MessageBuffer();
  readonly #payload = new Uint8Array(MAX_PAYLOAD_BYTES);
  #isClosed = false;
  #lastReadAtNs = 0;

  /**
   * @throws UdpError `UDP_ADDRESS_IN_USE`, `UDP_ADDRESS_NOT_AVAILABLE`, `UDP_PERMISSION`,
   * `UDP_BAD_ADDRESS` for an unknown zone, `UDP_BAD_OPTION` for an address of the other family or
   * an interface that is not there, `UDP_UNREACHABLE` where no way leads to `remote`, `UDP_SYSTEM`.
   */
  constructor(options: MessageSocketOptions) {
    const { family, local, remote, interfaceName, sharesPort = false } = options;
    this.family = family;
    this.remote = remote;
    this.#options = ipOptions(family);
    for (const endpoint of [local, remote]) this.#requireFamily(endpoint?.address);
    this.fd = openDescriptor(family);
    this.#groups = new GroupMemberships(this.fd, family);
    try {
      const anywhere = { address: unspecifiedAddress(family), port: 0 };
      if (family === 6) receiveIpv6Only(this.fd);
      receiveJoinedGroupsOnly(this.fd, family);
      if (interfaceName !== undefined) bindToInterface(this.fd, interfaceName);
      if (sharesPort) sharePort(this.fd);
      if (local !== undefined || remote === undefined) bindDescriptor(this.fd, local ?? anywhere);
      if (remote !== undefined) connectDescriptor(this.fd, remote);
      this.local = localEndpoint(this.fd);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Hands one datagram to the system and says what became of it here; what the network makes of it
   * comes by {@link receiveError}. A send that fails may only tell of an earlier datagram, so it is
   * made twice: what is too large for this host is then reported twice too.
   *
   * @throws UdpError `UDP_BAD_OPTION` without a destination of this family, with a source of the
   * other one or with a number out of range, `UDP_CLOSED`; `UDP_SYSTEM` for a failure that no
   * outcome names.
   */
  send(payload: Uint8Array, { to, ...departure }: MessageSendOptions = {}): SendOutcome {
    if (this.#isClosed) throw socketClosed();
    const destination = this.#destinationOf(to);
    this.#requireFamily(departure.source);
    this.#outgoing.load({
      payload,
      name: this.remote === undefined ? encodeSockaddr(destination) : undefined,
      control: encodeDeparture(departure, this.family),
    });
    const isSent = this.#trySend() || this.#trySend();
    return isSent ? "sent" : outcomeOf(lastCallFailure("sendmsg"), destination);
  }

  /** The next datagram, as a copy; `undefined` where none is waiting. */
  receive(): ReceivedMessage | undefined {
    const payload = this.#read(0) ?? this.#readPastError();
    if (payload === undefined) return undefined;
    const from = decodeSockaddr(this.#incoming.name);
    if (from === undefined) throw new UdpError("UDP_SYSTEM", "a datagram came from nowhere");
    return { payload, from, ...decodeArrival(this.#controlMessages(), this.family) };
  }

  /** Just after the last datagram was read, on the clock of `Bun.nanoseconds`. */
  get lastReadAtNs(): number {
    return this.#lastReadAtNs;
  }

  /**
   * The next error of the error queue; `undefined` where none is waiting. See {@link reportErrors}. Times
   * of sending that stand before it are lost.
   */
  receiveError(): SocketError | undefined {
    for (;;) {
      const report = this.receiveReport();
      if (report?.kind !== "sent") return report;
    }
  }

  /** The next entry of the error queue; `undefined` where none is waiting. */
  receiveReport(): SocketError | SendTime | undefined {
    for (;;) {
      const quotedPayload = this.#read(MSG_ERRQUEUE);
      if (quotedPayload === undefined) return undefined;
      const report = this.#sendTime() ?? this.#error(quotedPayload);
      if (report !== undefined) return report;
    }
  }

  /** What happens to datagrams that are large; default: `want`. */
  setMtuDiscovery(mode: MtuDiscovery): void {
    if (this.#isClosed) throw socketClosed();
    setMtuDiscovery(this.fd, this.family, mode);
  }

  /**
   * Time to live, or hop limit, of what is sent, 1 to 255; default of most systems: 64.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  setHopLimit(hopLimit: number): void {
    this.#set(this.#options.hopLimit, checkHopLimit(hopLimit));
  }

  /**
   * The differentiated services code point of what is sent, 0 to 63 (RFC 2474); at first 0.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  setDscp(dscp: number): void {
    this.#set(this.#options.trafficClass, integerOption("dscp", dscp, 0, MAX_DSCP) << ECN_BITS);
  }

  /** Makes room for more of what comes than systems give by themselves: 8 MB where this one allows it. */
  enlargeReceiveBuffer(): void {
    if (this.#isClosed) throw socketClosed();
    enlargeReceiveBuffer(this.fd);
  }

  /** Whether datagrams may go to broadcast addresses; at first they are `not-permitted`. */
  setBroadcast(isOn: boolean): void {
    if (this.#isClosed) throw socketClosed();
    setBroadcast(this.fd, isOn);
  }

  /**
   * Where and how far datagrams to groups go; the hop limit of {@link setHopLimit} is not theirs.
   *
   * @throws UdpError `UDP_BAD_OPTION`.
   */
  setMulticast(options: MulticastOptions): void {
    if (this.#isClosed) throw socketClosed();
    setMulticast(this.fd, this.family, options);
  }

  /**
   * From now on hears a group at one interface; again is not an error. A group that is heard from all
   * is to be left before it is heard from a source that is named, and the other way round. Only IPv4
   * tells interfaces apart: what other sockets joined an IPv6 group for at another interface comes
   * too, unless the socket is one of `interfaceName`. The memberships end with the socket.
   *
   * @throws UdpError `UDP_BAD_OPTION` for what is no group of this family or no interface,
   * `UDP_SYSTEM` with too many memberships: most systems allow 20 groups of IPv4 and 10 sources each.
   */
  joinGroup(membership: GroupMembership): void {
    if (this.#isClosed) throw socketClosed();
    this.#groups.join(membership);
  }

  /** Without a source, leaves the group as a whole; what was never joined is not an error. */
  leaveGroup(membership: GroupMembership): void {
    if (this.#isClosed) throw socketClosed();
    this.#groups.leave(membership);
  }

  /**
   * Whether the kernel keeps what the network says about datagrams of this socket for
   * {@link receiveError}. Whoever switches it on must read them: they make the socket readable.
   */
  reportErrors(isOn: boolean): void {
    this.#set(this.#options.receiveErrors, Number(isOn));
  }

  /** Whether datagrams come with what {@link Arrival} holds. */
  reportArrival(isOn: boolean): void {
    this.#set(this.#options.receivePacketInfo, Number(isOn));
    this.#set(this.#options.receiveHopLimit, Number(isOn));
    this.#set(this.#options.receiveTrafficClass, Number(isOn));
  }

  /**
   * Whether the kernel says when it had the datagrams that come, and when those that are sent left: see
   * {@link receiveReport}, which must then be asked. The times make the socket readable. Where no socket of
   * this machine asked before, the first datagrams may come without.
   */
  reportTimes(isOn: boolean): void {
    if (this.#isClosed) throw socketClosed();
    reportTimes(this.fd, isOn);
  }

  /**
   * The largest packet that the kernel believes the path to `remote` to carry: the route's MTU or
   * what a Packet Too Big said. As this socket knew it when it was connected or last sent.
   * `undefined` without a `remote`, or where no way leads there any more.
   */
  get kernelPathMtuBytes(): number | undefined {
    if (this.#isClosed) return undefined;
    return socketOptionNumber(this.fd, this.#options.level, this.#options.pathMtu);
  }

  /** Datagrams that this socket had no room for, so far; `undefined` where the kernel does not say. */
  get droppedCount(): number | undefined {
    return this.#isClosed ? undefined : droppedCount(this.fd);
  }

  /** Idempotent; the number of its descriptor may soon be another one's. */
  [Symbol.dispose](): void {
    if (!this.#isClosed) libc().close(this.fd);
    this.#isClosed = true;
  }

  #destinationOf(to: Endpoint | undefined): Endpoint {
    const destination = this.remote ?? to;
    if (destination !== undefined && isPort(destination.port, 1)) {
      this.#requireFamily(destination.address);
      return destination;
    }
    throw new UdpError("UDP_BAD_OPTION", "expected a destination with a port from 1 to 65535");
  }

  #requireFamily(address: string | undefined): void {
    if (address === undefined || addressFamily(address) === this.family) return;
    throw new UdpError(
      "UDP_BAD_OPTION",
      `expected an IPv${this.family} address, as the socket is one of IPv${this.family}; got ${address}`,
    );
  }

  #trySend(): boolean {
    return libc().sendmsg(this.fd, this.#outgoing.address, MSG_DONTWAIT) >= 0;
  }

  /** A read that fails may only tell of an earlier datagram, while others wait. */
  #readPastError(): Uint8Array | undefined {
    return this.#isClosed || lastErrorName() === "EAGAIN" ? undefined : this.#read(0);
  }

  /** The payload; beside it, `#incoming` is filled. */
  #read(flags: number): Uint8Array | undefined {
    if (this.#isClosed) return undefined;
    this.#incoming.empty(this.#payload);
    const bytes = libc().recvmsg(this.fd, this.#incoming.address, MSG_DONTWAIT | flags);
    if (flags === 0 && bytes >= 0) this.#lastReadAtNs = Bun.nanoseconds();
    return bytes < 0 ? undefined : this.#payload.slice(0, Number(bytes));
  }

  #controlMessages(): ReturnType<typeof decodeControlMessages> {
    return decodeControlMessages(this.#incoming.control);
  }

  #error(quotedPayload: Uint8Array): SocketError | undefined {
    const destination = decodeSockaddr(this.#incoming.name);
    const bytes = this.#extendedError();
    const error = bytes && decodeExtendedError(bytes);
    return destination && error && describeError(error, destination, quotedPayload);
  }

  #sendTime(): SendTime | undefined {
    const bytes = this.#extendedError();
    const sendNumber = bytes && decodeSendNumber(bytes);
    if (sendNumber === undefined) return undefined;
    const times = this.#controlMessages().map(decodeKernelTime);
    const sentAtUnixNs = times.find((time) => time !== undefined);
    return sentAtUnixNs === undefined ? undefined : { kind: "sent", sendNumber, sentAtUnixNs };
  }

  #extendedError(): Uint8Array | undefined {
    const { level, errorMessage } = this.#options;
    const message = this.#controlMessages().find(
      (candidate) => candidate.level === level && candidate.type === errorMessage,
    );
    return message?.data;
  }

  #set(option: number, value: number): void {
    if (this.#isClosed) throw socketClosed();
    setSocketOption(this.fd, this.#options.level, option, new Int32Array([value]));
  }
}
