export { checkPeerAddress } from "./address/address-check.ts";
export type {
  AddressClass,
  AddressKind,
  EmbeddedAddressClass,
} from "./address/address-class.ts";
export {
  classifyAddress,
  isGroupAddress,
  isLimitedBroadcast,
  isLoopback,
  isMulticast,
  isUnspecified,
} from "./address/address-class.ts";
export { directedBroadcast, interfaceBroadcasts } from "./address/directed-broadcast.ts";
export type { EmbeddedIpv4, EmbeddedIpv4Role } from "./address/embedded-ipv4.ts";
export { embeddedIpv4 } from "./address/embedded-ipv4.ts";
export type { Endpoint } from "./address/endpoint.ts";
export { formatEndpoint, parseEndpoint, sameEndpoint } from "./address/endpoint.ts";
export type { EphemeralPorts, EphemeralPortsHost } from "./address/ephemeral-ports.ts";
export { readEphemeralPorts } from "./address/ephemeral-ports.ts";
export { HostAddresses } from "./address/host-addresses.ts";
export type { AddressFamily, AddressWords } from "./address/ip-address.ts";
export {
  addressFamily,
  addressWords,
  parseAddress,
  unspecifiedAddress,
} from "./address/ip-address.ts";
export { formatIpv4Word } from "./address/ipv4-word.ts";
export type { MulticastScope } from "./address/multicast-scope.ts";
export { multicastScope } from "./address/multicast-scope.ts";
export { checkPort, DEFAULT_PORT, parsePort } from "./address/port.ts";
export type { PortRange, PortRangeName } from "./address/port-range.ts";
export { portRange, portRangeName } from "./address/port-range.ts";
export type { LookUpName, ResolveOptions } from "./address/resolve-host.ts";
export { firstThatWorks, parseHostAddress, resolveHost } from "./address/resolve-host.ts";
export { sourcePrefix } from "./address/source-prefix.ts";
export type { SpecialPurpose, SpecialPurposeKind } from "./address/special-purpose.ts";
export { findSpecialPurpose, specialPurposes } from "./address/special-purpose.ts";
export type { CoreErrorCode, SocketErrorCode } from "./errors.ts";
export { UdpError } from "./errors.ts";
export {
  ADDRESS_COOKIE_BYTES,
  ADDRESS_COOKIE_LIFETIME_NS,
  AddressCookies,
} from "./guard/address-cookie.ts";
export type { ArrivedDatagram, DatagramSource } from "./guard/arrived-datagram.ts";
export { ArrivalReader } from "./guard/arrived-datagram.ts";
export type {
  CheckedReplyLimits,
  RefusalReason,
  ReplyGuardOptions,
  ReplyLimits,
  ReplyRate,
} from "./guard/reply-guard.ts";
export {
  AMPLIFICATION_LIMIT,
  checkReplyLimits,
  DEFAULT_RATE_PER_SOURCE,
  DEFAULT_RATE_TOTAL,
  maxReplyBytes,
  noRefusals,
  ReplyGuard,
  refusalReasons,
} from "./guard/reply-guard.ts";
export type { ReplyMatcherOptions, ReplyPolicy, ReplyVerdict } from "./guard/reply-match.ts";
export { ReplyMatcher } from "./guard/reply-match.ts";
export type { SequenceNovelty } from "./guard/sequence-window.ts";
export { SequenceWindow } from "./guard/sequence-window.ts";
export type { SourceTableNewcomer, SourceTableOptions } from "./guard/source-table.ts";
export { SourceTable } from "./guard/source-table.ts";
export { choiceOption, integerOption, numberOption } from "./option-check.ts";
export { udpPacketBytes } from "./packet/header-bytes.ts";
export type { Ipv4Packet } from "./packet/ipv4-packet.ts";
export { encodeIpv4Packet } from "./packet/ipv4-packet.ts";
export { decodeNtpTimestamp, encodeNtpTimestamp } from "./packet/ntp-timestamp.ts";
export { decodePtpTimestamp } from "./packet/ptp-timestamp.ts";
export type { StampFault, StampReply, StampRequest } from "./packet/stamp.ts";
export {
  isStampReply,
  readStampReply,
  readStampRequest,
  STAMP_BASE_BYTES,
  stampBaseBytes,
  writeStampReply,
  writeStampRequest,
} from "./packet/stamp.ts";
export type { StampErrorEstimate } from "./packet/stamp-error-estimate.ts";
export {
  decodeStampErrorEstimate,
  encodeStampErrorEstimate,
  estimateStampError,
  stampErrorSeconds,
} from "./packet/stamp-error-estimate.ts";
export type { ReflectTlvsOptions, StampTlv } from "./packet/stamp-tlv.ts";
export {
  areStampTlvsAuthentic,
  decodeStampTlvs,
  encodeStampTlvs,
  padStampPacket,
  reflectStampTlvs,
  stampHmacTlv,
} from "./packet/stamp-tlv.ts";
export { encodeUdpPacket, UDP_PROTOCOL } from "./packet/udp-packet.ts";
export type { Random } from "./random.ts";
export { randomIdentifier, randomWord, secureRandom, seededRandom } from "./random.ts";
export { sharedKeyOption } from "./shared-key.ts";
export { openBunSocket } from "./socket/bun-socket.ts";
export type { DatagramServer, DatagramService, ListenOptions } from "./socket/datagram-server.ts";
export { listenWhereItWorks, serveDatagrams } from "./socket/datagram-server.ts";
export type {
  DatagramSocket,
  OpenDatagramSocket,
  OutgoingDatagram,
  SocketOptions,
} from "./socket/datagram-socket.ts";
export {
  MAX_IPV4_PAYLOAD_BYTES,
  MAX_IPV6_PAYLOAD_BYTES,
  maxPayloadBytes,
} from "./socket/datagram-socket.ts";
export type { Delivery } from "./socket/delivery.ts";
export { deliver, trySend, trySendOutgoing } from "./socket/delivery.ts";
export { bindError } from "./socket/system-error.ts";
export { isPercentileSupported, percentile } from "./statistics/percentile.ts";
export { tell } from "./tell.ts";
export { hexDump } from "./text/hex-dump.ts";
export { isLengthReply, writeLengthReply } from "./text/length-reply.ts";
export type { PrintableOptions } from "./text/printable.ts";
export { printable, printableLine, printableLines, printableText } from "./text/printable.ts";
export type { DecodedText } from "./text/text-decoding.ts";
export { decodeAscii, decodeUtf8 } from "./text/text-decoding.ts";
export type { BackoffOptions, Jitter } from "./timing/backoff.ts";
export { backoffDelaysMs, DEFAULT_MAX_WAIT_MS, JITTERS, LESSON_BACKOFF } from "./timing/backoff.ts";
export type { Clock } from "./timing/clock.ts";
export { msToNs, nsToMs, systemClock } from "./timing/clock.ts";
export type { ClockStatus } from "./timing/clock-status.ts";
export { UNKNOWN_CLOCK } from "./timing/clock-status.ts";
export type { Deadline } from "./timing/deadline.ts";
export { beforeDeadline, unlessAborted, untilDeadline } from "./timing/deadline.ts";
export { nextTurn } from "./timing/next-turn.ts";
export type { RttEstimatorOptions, SampleOrigin } from "./timing/rtt-estimator.ts";
export { DEFAULT_RTO_MS, RttEstimator } from "./timing/rtt-estimator.ts";
export type { DrivenSession, SendOutgoing } from "./timing/session-driver.ts";
export { SessionDriver } from "./timing/session-driver.ts";
export type { DueTimer } from "./timing/timer-queue.ts";
export { TimerQueue } from "./timing/timer-queue.ts";
