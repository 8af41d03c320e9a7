import { describe, expect, test } from "bun:test";
import { addressWords } from "@udp/core";
import fc from "fast-check";
import {
  MAX_SESSIONS_PER_SOURCE,
  MAX_STAMP_SESSIONS,
  SESSION_LIFETIME_NS,
  SPARED_NS,
  StampSessionTable,
} from "./session-table.ts";

const SSID = 7;

function source(address: string, sourcePort = 5000) {
  return { sourceAddress: addressWords(address), sourcePort };
}

/** As many hosts as there is room for, heard at moments that are a nanosecond apart. */
function fill(table: StampSessionTable, startNs: number): void {
  for (let host = 0; host < MAX_STAMP_SESSIONS; host++) {
    table.hear(source(`10.0.${host >> 8}.${host & 0xff}`), SSID, startNs + host);
  }
}

describe("a session", () => {
  test("is an address, a port and an SSID", () => {
    const table = new StampSessionTable();
    const sessions = [
      table.hear(source("192.0.2.1"), SSID, 0),
      table.hear(source("192.0.2.1"), SSID, 1),
      table.hear(source("192.0.2.1"), SSID + 1, 2),
      table.hear(source("192.0.2.1", 5001), SSID, 3),
      table.hear(source("192.0.2.2"), SSID, 4),
      table.hear(source("2001:db8::1"), SSID, 5),
    ];
    expect(new Set(sessions).size).toBe(5);
    expect(sessions[0]).toBe(sessions[1]);
    expect(table.size).toBe(5);
  });

  test("is over after 90 minutes of silence", () => {
    const table = new StampSessionTable();
    const first = table.hear(source("192.0.2.1"), SSID, 0);
    const later = table.hear(source("192.0.2.1"), SSID, SESSION_LIFETIME_NS - 1);
    const muchLater = table.hear(source("192.0.2.1"), SSID, 2 * SESSION_LIFETIME_NS);
    expect([later === first, muchLater === first, table.size]).toEqual([true, false, 1]);
  });
});

describe("where there is no room", () => {
  test("sessions that are heard stay, and new ones wait", () => {
    const table = new StampSessionTable();
    fill(table, 0);
    const known = table.hear(source("10.0.0.0"), SSID, MAX_STAMP_SESSIONS);
    expect(known).toBeDefined();
    expect(table.hear(source("192.0.2.1"), SSID, SPARED_NS)).toBeUndefined();
    expect(table.hear(source("10.0.0.0"), SSID, SPARED_NS)).toBe(known);
  });

  test("the one that was silent longest makes it, after a minute", () => {
    const table = new StampSessionTable();
    fill(table, 0);
    const kept = table.hear(source("10.0.0.0"), SSID, MAX_STAMP_SESSIONS);
    const nowNs = SPARED_NS + 2; // after two hosts, besides the one that was heard again
    expect(table.hear(source("192.0.2.1"), SSID, nowNs)).toBeDefined();
    expect(table.size).toBe(MAX_STAMP_SESSIONS);
    expect(table.hear(source("192.0.2.2"), SSID, nowNs)).toBeDefined();
    expect(table.hear(source("192.0.2.3"), SSID, nowNs)).toBeUndefined();
    expect(table.hear(source("10.0.0.0"), SSID, nowNs)).toBe(kept);
  });

  test.each([
    ["an IPv4 host", (port: number) => source("192.0.2.1", port), "192.0.2.2"],
    ["an IPv6 /64", (port: number) => source(`2001:db8::${port.toString(16)}`), "2001:db8:0:1::1"],
  ])("%s has a quarter of it", (_who, from, other) => {
    const table = new StampSessionTable();
    const sessions = Array.from({ length: MAX_SESSIONS_PER_SOURCE + 1 }, (_, index) =>
      table.hear(from(1 + index), SSID, index),
    );
    expect(sessions.indexOf(undefined)).toBe(MAX_SESSIONS_PER_SOURCE);
    expect(table.hear(source(other), SSID, sessions.length)).toBeDefined();
    const nextNs = 2 * SESSION_LIFETIME_NS;
    expect(table.hear(from(MAX_SESSIONS_PER_SOURCE + 1), SSID, nextNs)).toBeDefined();
  });
});

test("property: whoever is heard within 90 minutes keeps the session, as a map without bounds has it", () => {
  const arrival = fc.record({
    host: fc.integer({ min: 1, max: 5 }),
    waitNs: fc.integer({ min: 0, max: SESSION_LIFETIME_NS / 2 }),
  });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 50 }), (arrivals) => {
      const table = new StampSessionTable();
      const known = new Map<number, { session: unknown; heardAtNs: number }>();
      let nowNs = 0;
      for (const { host, waitNs } of arrivals) {
        nowNs += waitNs;
        const session = table.hear(source(`192.0.2.${host}`), SSID, nowNs);
        const before = known.get(host);
        const isAlive = before !== undefined && before.heardAtNs > nowNs - SESSION_LIFETIME_NS;
        expect(session === before?.session).toBe(isAlive);
        known.set(host, { session, heardAtNs: nowNs });
      }
    }),
  );
});
