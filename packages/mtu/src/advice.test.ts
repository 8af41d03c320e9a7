import { expect, test } from "bun:test";
import { adviceFor } from "./advice.ts";

test.each([
  [1500, 4, [1472, 1460, 1472, 1440, 1450]],
  [1500, 6, [1452, 1440, 1452, 1420, 1430]],
  [1492, 4, [1464, 1452, 1464, 1432, 1442]],
  [1280, 6, [1232, 1220, 1232, 1200, 1210]],
  [1228, 4, [1200, 1188, 1200, 1168, 1178]],
  [1227, 4, [1199, 1187, undefined, 1167, 1177]],
  [68, 4, [40, 28, undefined, undefined, undefined]],
] as const)("a path MTU of %p with IPv%p", (pathMtuBytes, family, expected) => {
  expect(adviceFor(pathMtuBytes, family).map(({ bytes }) => bytes)).toEqual([...expected]);
});

test("each setting says what is taken away, and whose word that is", () => {
  expect(adviceFor(1500, 6).map(({ setting, reason }) => `${setting}: ${reason}`)).toEqual([
    "udp-payload: less 40 IPv6 + 8 UDP (RFC 768)",
    "tcp-mss: less 40 IPv6 + 20 TCP (RFC 9293 section 3.7.1)",
    "quic-max-udp-payload-size: the UDP payload, at least 1200 (RFC 9000 sections 14 and 18.2)",
    "wireguard-mtu: less 40 IPv6 + 8 UDP + 16 header + 16 tag (WireGuard paper, section 5.4.6)",
    "vxlan-mtu: less 40 IPv6 + 8 UDP + 8 VXLAN + 14 Ethernet (RFC 7348 section 5)",
  ]);
});
