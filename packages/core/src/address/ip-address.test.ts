import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addressFamily,
  addressWords,
  isMappedIpv4,
  parseAddress,
  systemAddress,
  unspecifiedAddress,
  writeAddressWords,
} from "./ip-address.ts";

const ipv6Words = fc.uint32Array({ minLength: 4, maxLength: 4 });

/** The long form, without any of the abbreviations of RFC 4291 section 2.2. */
function longForm(words: Uint32Array): string {
  const halves = Array.from(words, (word) => [word >>> 16, word & 0xff_ff]).flat();
  return halves.map((half) => half.toString(16).padStart(4, "0").toUpperCase()).join(":");
}

/** The URL standard's own parser and serializer, which keeps mapped IPv4 in hexadecimal. */
function asUrlHost(ipv6: string): string {
  return new URL(`http://[${ipv6}]/`).hostname.slice(1, -1);
}

describe("parseAddress", () => {
  test.each<[string, string]>([
    ["127.0.0.1", "127.0.0.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["::0001", "::1"],
    ["2001:DB8::A", "2001:db8::a"],
    // RFC 5952 section 4.2: the longest run, the first of two, and never a single zero.
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["::FFFF:7F00:1", "127.0.0.1"],
    ["0:0:0:0:0:ffff:127.0.0.1", "127.0.0.1"],
    ["::ffff:127.0.0.1%eth0", "127.0.0.1"],
    ["::127.0.0.1", "::7f00:1"],
    ["::ffff:0:127.0.0.1", "::ffff:0:7f00:1"],
    ["FE80:0::1%eth0", "fe80::1%eth0"],
    ["fe80::1%ETH0", "fe80::1%ETH0"],
    ["fe80::1%2", "fe80::1%2"],
    ["fe80::1%br_lan.7", "fe80::1%br_lan.7"],
  ])("%s is %s", (text, canonical) => {
    expect(parseAddress(text)).toBe(canonical);
  });

  const fourNumbers =
    "expected an IPv4 address of four decimal numbers from 0 to 255, such as 127.0.0.1; got";
  const addressAlone = "expected a host alone, without brackets; the port is given by itself; got";
  const eitherFamily = "expected an IPv4 or IPv6 address, such as 127.0.0.1 or ::1; got";

  test.each<[string, string]>([
    ["", "expected a host name or an IP address, got nothing"],
    ["127.1", `${fourNumbers} "127.1"`],
    ["0x7f.1", `${fourNumbers} "0x7f.1"`],
    ["2130706433", `${fourNumbers} "2130706433"`],
    ["0177.0.0.1", `${fourNumbers} "0177.0.0.1"`],
    ["127.0.0.256", `${fourNumbers} "127.0.0.256"`],
    ["127.0.0.1.", `${eitherFamily} "127.0.0.1."`],
    ["127.0.0.1%lo", `${eitherFamily} "127.0.0.1%lo"`],
    ["127.0.0.1:1060", `${addressAlone} "127.0.0.1:1060"`],
    ["[::1]", `${addressAlone} "[::1]"`],
    ["[::1]:1060", `${addressAlone} "[::1]:1060"`],
    ["[::1", `${eitherFamily} "[::1"`],
    ["localhost:1060", `${addressAlone} "localhost:1060"`],
    [" ::1", `${eitherFamily} " ::1"`],
    ["1::2::3", `${eitherFamily} "1::2::3"`],
    ["::ffff:256.0.0.1", `${eitherFamily} "::ffff:256.0.0.1"`],
    ["fe80::1%", `${eitherFamily} "fe80::1%"`],
    ["fe80::1%a%b", `${eitherFamily} "fe80::1%a%b"`],
    ["fe80::1%\u001b[31m", `${eitherFamily} "fe80::1%\\u001b[31m"`],
    ["%eth0", `${eitherFamily} "%eth0"`],
    ["localhost", `${eitherFamily} "localhost"`],
    ["١٢٧.٠.٠.١", `${eitherFamily} "١٢٧.٠.٠.١"`],
    ["\u001b[31m", `${eitherFamily} "\\u001b[31m"`],
  ])("%p throws UDP_BAD_ADDRESS", (text, message) => {
    expect(() => parseAddress(text)).toThrow(
      expect.objectContaining({ code: "UDP_BAD_ADDRESS", message }),
    );
  });

  test("leaves IPv4 as it is", () => {
    fc.assert(fc.property(fc.ipV4(), (address) => parseAddress(address) === address));
  });

  test("writes IPv6 as the URL standard does", () => {
    const notMapped = ipv6Words.filter((words) => !isMappedIpv4(words)).map(longForm);
    fc.assert(
      fc.property(fc.oneof(notMapped, fc.ipV6()), (text) => {
        // Bun's URL refuses a few addresses that end in dotted decimal.
        fc.pre(URL.canParse(`http://[${text}]/`));
        const expected = asUrlHost(text);
        fc.pre(!expected.startsWith("::ffff:"));
        expect(parseAddress(text)).toBe(expected);
      }),
    );
  });

  test("leaves what it wrote as it is, with any zone", () => {
    const zones = fc.stringMatching(/^(%[0-9A-Za-z_.-]{1,15})?$/);
    fc.assert(
      fc.property(fc.ipV6(), zones, (address, zone) => {
        const canonical = parseAddress(`${address}${zone}`);
        expect(parseAddress(canonical)).toBe(canonical);
      }),
    );
  });
});

describe("words", () => {
  test.each<[string, readonly number[]]>([
    ["1.2.3.4", [0, 0, 0xff_ff, 0x01_02_03_04]],
    ["255.255.255.255", [0, 0, 0xff_ff, 0xff_ff_ff_ff]],
    ["::", [0, 0, 0, 0]],
    ["::7f00:1", [0, 0, 0, 0x7f_00_00_01]],
    ["2001:db8:1:2:3:4:5:ffff", [0x20_01_0d_b8, 0x1_00_02, 0x3_00_04, 0x5_ff_ff]],
    ["fe80::1%eth0", [0xfe_80_00_00, 0, 0, 1]],
  ])("of %s", (address, words) => {
    expect([...addressWords(address)]).toEqual([...words]);
  });

  test("are written over what stood there before", () => {
    const words = new Uint32Array(4).fill(0xff_ff_ff_ff);
    writeAddressWords("10.0.0.1", words);
    expect([...words]).toEqual([0, 0, 0xff_ff, 0x0a_00_00_01]);
  });

  test("say the same as the text", () => {
    fc.assert(
      fc.property(ipv6Words, (words) => {
        expect([...addressWords(parseAddress(longForm(words)))]).toEqual([...words]);
      }),
    );
  });

  test("of both spellings of an IPv4 address are the same", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const words = addressWords(address);
        expect(isMappedIpv4(words)).toBe(true);
        expect(parseAddress(longForm(words))).toBe(address);
      }),
    );
  });
});

test("the family shows in a canonical address", () => {
  const families = ["127.0.0.1", "::1", "fe80::1%eth0"].map(addressFamily);
  expect(families).toEqual([4, 6, 6]);
});

test("each family has its own unspecified address", () => {
  const addresses = [unspecifiedAddress(4), unspecifiedAddress(6)];
  expect(addresses).toEqual(["0.0.0.0", "::"]);
});

test("what the system wrote only needs its mapped IPv4 shortened", () => {
  const written = ["::ffff:127.0.0.1", "127.0.0.1", "::ffff:7f00:1", "fe80::1%lo", "::"];
  expect(written.map(systemAddress)).toEqual([
    "127.0.0.1",
    "127.0.0.1",
    "::ffff:7f00:1",
    "fe80::1%lo",
    "::",
  ]);
});

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  // Written so by inet_ntop; it is no IPv4 address (RFC 4291 section 2.5.5.1).
  ["::127.0.0.1", "::7f00:1"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  ["64:ff9b::102:304", "64:ff9b::102:304"],
])("the system's %s is %s", (text, canonical) => {
  const address = systemAddress(text);
  expect([address, isMappedIpv4(addressWords(address))]).toEqual([
    canonical,
    !canonical.includes(":"),
  ]);
});
