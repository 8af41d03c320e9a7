import { expect, test } from "bun:test";
import { encodeIpv4Sockaddr } from "./sockaddr.ts";

test("encodeIpv4Sockaddr", () => {
  const sockaddr = encodeIpv4Sockaddr({ address: "127.0.0.2", port: 1060 });
  expect(sockaddr.toHex()).toBe("020004247f0000020000000000000000");
});
