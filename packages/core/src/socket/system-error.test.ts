import { describe, expect, test } from "bun:test";
import type { SocketErrorCode } from "../errors.ts";
import {
  bindError,
  datagramError,
  isFromConnect,
  isNetworkReport,
  payloadTooLarge,
  socketClosed,
} from "./system-error.ts";

const local = { address: "::1", port: 1060 };

function systemError(code: unknown): Error {
  return Object.assign(new Error(`${String(code)}: as the system said it`), { code });
}

describe("a socket that could not be opened", () => {
  test.each<[string, SocketErrorCode, string]>([
    [
      "EADDRINUSE",
      "UDP_ADDRESS_IN_USE",
      "[::1]:1060 is in use by another program; stop it or choose another port",
    ],
    [
      "EADDRNOTAVAIL",
      "UDP_ADDRESS_NOT_AVAILABLE",
      "[::1]:1060 is not an address of this host; choose one of its own, or 0.0.0.0 or :: for all",
    ],
    [
      "EACCES",
      "UDP_PERMISSION",
      "no permission to receive at [::1]:1060; choose a port from 1024 on, or run with more rights",
    ],
    [
      "EPERM",
      "UDP_PERMISSION",
      "no permission to receive at [::1]:1060; choose a port from 1024 on, or run with more rights",
    ],
    ["EMFILE", "UDP_SYSTEM", "cannot open [::1]:1060: EMFILE: as the system said it"],
  ])("%s is %s", (systemCode, code, message) => {
    const cause = systemError(systemCode);
    const { code: actualCode, message: actualMessage, cause: kept } = bindError(cause, local);
    expect({ actualCode, actualMessage, kept }).toEqual({
      actualCode: code,
      actualMessage: message,
      kept: cause,
    });
  });
});

describe("a datagram that could not be sent", () => {
  test.each<[string, SocketErrorCode, string]>([
    ["ECONNREFUSED", "UDP_REFUSED", "nothing is listening at [::1]:1060"],
    ["ENETUNREACH", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["EHOSTUNREACH", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["ENETDOWN", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["EHOSTDOWN", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["ENODEV", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["EADDRNOTAVAIL", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["EAFNOSUPPORT", "UDP_UNREACHABLE", "there is no way to [::1]:1060 from here"],
    ["ECONNRESET", "UDP_REFUSED", "nothing is listening at [::1]:1060"],
    [
      "EMSGSIZE",
      "UDP_TOO_LARGE",
      "a datagram to [::1]:1060 was larger than this host or the path carries",
    ],
    [
      "EACCES",
      "UDP_PERMISSION",
      "this host does not let the socket send to [::1]:1060: a broadcast address that was not allowed, or a firewall rule",
    ],
    [
      "EPERM",
      "UDP_PERMISSION",
      "this host does not let the socket send to [::1]:1060: a broadcast address that was not allowed, or a firewall rule",
    ],
    ["EINVAL", "UDP_SYSTEM", "cannot send to [::1]:1060: EINVAL: as the system said it"],
  ])("%s is %s", (systemCode, code, message) => {
    const cause = systemError(systemCode);
    const { code: actualCode, message: actualMessage, cause: kept } = datagramError(cause, local);
    expect({ actualCode, actualMessage, kept }).toEqual({
      actualCode: code,
      actualMessage: message,
      kept: cause,
    });
  });

  test("names the peer where it is not known which one", () => {
    expect(datagramError(systemError("ECONNREFUSED")).message).toBe(
      "nothing is listening at the peer",
    );
  });

  test.each<[string, unknown, string]>([
    ["a string", "ECONNREFUSED", "cannot send to the peer: ECONNREFUSED"],
    ["nothing", undefined, "cannot send to the peer: undefined"],
    ["an error without a code", new TypeError("odd"), "cannot send to the peer: odd"],
    [
      "an error with a number for a code",
      systemError(111),
      "cannot send to the peer: 111: as the system said it",
    ],
  ])("is UDP_SYSTEM where the system threw %s", (_name, cause, message) => {
    expect(datagramError(cause)).toMatchObject({ code: "UDP_SYSTEM", message });
  });
});

test("only what a peer or a router can have said may be a report on an earlier datagram", () => {
  const codes = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EMSGSIZE", "EACCES", "EINVAL"];
  const reports = codes.filter((code) => isNetworkReport(systemError(code)));
  expect(reports).toEqual(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);
});

test("whether the peer was at fault shows in the system call", () => {
  const failure = systemError("EADDRNOTAVAIL");
  const causes = [{ syscall: "connect" }, { syscall: "bind" }, {}].map((more) =>
    Object.assign(new Error(failure.message), more),
  );
  expect([...causes, undefined].map(isFromConnect)).toEqual([true, false, false, false]);
});

test("what this library refuses by itself is typed too", () => {
  const refusals = [payloadTooLarge(65_508, 65_507), socketClosed()];
  expect(refusals.map(({ code, message }) => ({ code, message }))).toEqual([
    {
      code: "UDP_TOO_LARGE",
      message: "a payload of 65508 bytes does not fit in one datagram; the most is 65507",
    },
    { code: "UDP_CLOSED", message: "the socket is closed; open another one to send" },
  ]);
});
