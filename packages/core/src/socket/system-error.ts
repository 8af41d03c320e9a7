import type { Endpoint } from "../address/endpoint.ts";
import { formatEndpoint } from "../address/endpoint.ts";
import type { SocketErrorCode } from "../errors.ts";
import { UdpError } from "../errors.ts";

type SocketError = UdpError<SocketErrorCode>;

/** Why a socket could not be opened at `local`, from what the system threw. */
export function bindError(cause: unknown, local: Endpoint): SocketError {
  const at = formatEndpoint(local);
  switch (systemCode(cause)) {
    case "EADDRINUSE":
      return new UdpError(
        "UDP_ADDRESS_IN_USE",
        `${at} is in use by another program; stop it or choose another port`,
        { cause },
      );
    case "EADDRNOTAVAIL":
      return new UdpError(
        "UDP_ADDRESS_NOT_AVAILABLE",
        `${at} is not an address of this host; choose one of its own, or 0.0.0.0 or :: for all`,
        { cause },
      );
    case "EACCES":
    case "EPERM":
      return new UdpError(
        "UDP_PERMISSION",
        `no permission to receive at ${at}; choose a port from 1024 on, or run with more rights`,
        { cause },
      );
    default:
      return new UdpError("UDP_SYSTEM", `cannot open ${at}: ${describe(cause)}`, { cause });
  }
}

/** What the system said about one datagram, or about an earlier one where `to` is not known. */
export function datagramError(cause: unknown, to?: Endpoint): SocketError {
  const where = to === undefined ? "the peer" : formatEndpoint(to);
  switch (systemCode(cause)) {
    case "ECONNREFUSED":
    case "ECONNRESET": // what Windows calls it
      return new UdpError("UDP_REFUSED", `nothing is listening at ${where}`, { cause });
    case "ENETUNREACH":
    case "EHOSTUNREACH":
    case "ENETDOWN":
    case "EHOSTDOWN":
    case "ENODEV": // the interface that was chosen has gone
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
      return new UdpError("UDP_UNREACHABLE", `there is no way to ${where} from here`, { cause });
    case "EMSGSIZE":
      return tooLarge(where, cause);
    case "EACCES":
    case "EPERM":
      return new UdpError(
        "UDP_PERMISSION",
        `this host does not let the socket send to ${where}: a broadcast address that was not allowed, or a firewall rule`,
        { cause },
      );
    default:
      return new UdpError("UDP_SYSTEM", `cannot send to ${where}: ${describe(cause)}`, { cause });
  }
}

export function payloadTooLarge(payloadBytes: number, limitBytes: number): SocketError {
  return new UdpError(
    "UDP_TOO_LARGE",
    `a payload of ${payloadBytes} bytes does not fit in one datagram; the most is ${limitBytes}`,
  );
}

export function socketClosed(): SocketError {
  return new UdpError("UDP_CLOSED", "the socket is closed; open another one to send");
}

/** Whether the interface's queue is full, which Linux tells a socket that asks for errors. */
export function isQueueFull(cause: unknown): boolean {
  return systemCode(cause) === "ENOBUFS";
}

/** Whether a failed send may be the network's word on an earlier datagram, told at this call. */
export function isNetworkReport(cause: unknown): boolean {
  const { code } = datagramError(cause);
  return code === "UDP_REFUSED" || code === "UDP_UNREACHABLE";
}

/** Whether opening a socket failed at its peer, and not at its own address. */
export function isFromConnect(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause && cause.syscall === "connect";
}

function tooLarge(where: string, cause: unknown): SocketError {
  return new UdpError(
    "UDP_TOO_LARGE",
    `a datagram to ${where} was larger than this host or the path carries`,
    { cause },
  );
}

function systemCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error && "code" in cause)) return undefined;
  return typeof cause.code === "string" ? cause.code : undefined;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
