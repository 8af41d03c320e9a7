import { timingSafeEqual } from "node:crypto";
import type { Endpoint } from "../address/endpoint.ts";
import { addressWords } from "../address/ip-address.ts";
import type { Random } from "../random.ts";
import { randomWord, secureRandom } from "../random.ts";
import type { DatagramSource } from "./arrived-datagram.ts";

//  0          4                    24
// +----------+--------------------+
// |  expiry  |        MAC         |
// +----------+--------------------+
//
// expiry  in whole seconds of the server's clock
// MAC     the first 20 bytes of HMAC-SHA-256 over purpose (1), expiry (4), address (16), port (2)

/** The length of an address cookie. */
export const ADDRESS_COOKIE_BYTES = 24;

const EXPIRY_BYTES = 4;
const MAC_BYTES = ADDRESS_COOKIE_BYTES - EXPIRY_BYTES;
const KEY_WORDS = 8;
const NS_PER_SECOND = 1_000_000_000;

const PORT_OFFSET = 1 + EXPIRY_BYTES + 16;
const MESSAGE_BYTES = PORT_OFFSET + 2;

/** So long a cookie proves that its holder receives at an address; up to a second less. */
export const ADDRESS_COOKIE_LIFETIME_NS: number = 60 * NS_PER_SECOND;

/** Whom a cookie is for: an endpoint in text, or as datagrams arrive from it. */
type CookieHolder = Endpoint | DatagramSource;

/**
 * Cookies that show that a client receives where its requests say that they come from, as in RFC
 * 9000 section 8.1.2, without a memory of the clients. The keys are made at random, change with every
 * lifetime and never leave.
 */
export class AddressCookies {
  readonly #purpose: number;
  readonly #random: Random;
  #key: Uint8Array;
  #previousKey: Uint8Array;
  #renewAtNs = Number.NEGATIVE_INFINITY;

  /** @param purpose 0 to 255: what a cookie of one is made for, those of another are not good for. */
  constructor(purpose: number, random: Random = secureRandom) {
    this.#purpose = purpose;
    this.#random = random;
    this.#key = randomKey(random);
    this.#previousKey = randomKey(random);
  }

  /** A cookie of {@link ADDRESS_COOKIE_BYTES} for one endpoint. */
  make(holder: CookieHolder, nowNs: number): Uint8Array {
    this.#renewKeys(nowNs);
    const cookie = new Uint8Array(ADDRESS_COOKIE_BYTES);
    const expirySeconds = Math.floor((nowNs + ADDRESS_COOKIE_LIFETIME_NS) / NS_PER_SECOND);
    new DataView(cookie.buffer).setUint32(0, expirySeconds);
    cookie.set(this.#authenticate(this.#key, expirySeconds, holder), EXPIRY_BYTES);
    return cookie;
  }

  /** Whether this is an unexpired cookie of ours for this endpoint. */
  isValid(cookie: Uint8Array, holder: CookieHolder, nowNs: number): boolean {
    if (cookie.byteLength !== ADDRESS_COOKIE_BYTES) return false;
    this.#renewKeys(nowNs);
    const view = new DataView(cookie.buffer, cookie.byteOffset, cookie.byteLength);
    const expirySeconds = view.getUint32(0);
    if (nowNs >= expirySeconds * NS_PER_SECOND) return false;
    const mac = cookie.subarray(EXPIRY_BYTES);
    return [this.#key, this.#previousKey].some((key) =>
      timingSafeEqual(this.#authenticate(key, expirySeconds, holder), mac),
    );
  }

  #authenticate(key: Uint8Array, expirySeconds: number, holder: CookieHolder): Uint8Array {
    const message = new DataView(new ArrayBuffer(MESSAGE_BYTES));
    const { sourceAddress, sourcePort } = sourceOf(holder);
    message.setUint8(0, this.#purpose);
    message.setUint32(1, expirySeconds);
    for (const [index, word] of sourceAddress.entries()) {
      message.setUint32(1 + EXPIRY_BYTES + 4 * index, word);
    }
    message.setUint16(PORT_OFFSET, sourcePort);
    const mac = new Bun.CryptoHasher("sha256", key).update(message.buffer).digest();
    return mac.subarray(0, MAC_BYTES);
  }

  /** A cookie outlives its key's turn by a lifetime at most, so one earlier key is enough. */
  #renewKeys(nowNs: number): void {
    if (nowNs < this.#renewAtNs) return;
    this.#previousKey = this.#key;
    this.#key = randomKey(this.#random);
    this.#renewAtNs = nowNs + ADDRESS_COOKIE_LIFETIME_NS;
  }
}

function sourceOf(holder: CookieHolder): DatagramSource {
  if ("sourceAddress" in holder) return holder;
  return { sourceAddress: addressWords(holder.address), sourcePort: holder.port };
}

function randomKey(random: Random): Uint8Array {
  const words = Uint32Array.from({ length: KEY_WORDS }, () => randomWord(random));
  return new Uint8Array(words.buffer);
}
