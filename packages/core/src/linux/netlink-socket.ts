import { ptr } from "bun:ffi";
import { UdpError } from "../errors.ts";
import { errorName, lastSystemError, libc, MSG_DONTWAIT, systemError } from "./libc.ts";
import type { NetlinkAnswer, NetlinkMessage } from "./netlink-message.ts";
import {
  decodeNetlinkMessages,
  encodeNetlinkRequest,
  isEndOfDump,
  refusalNumber,
} from "./netlink-message.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o200_0000;
const NETLINK_ROUTE = 0;
const MSG_TRUNC = 0x20;

/** What the kernel asks for at least: pages of 4 KiB, and messages about interfaces are long. */
const ANSWER_BYTES = 32_768;

/** A host whose interfaces change all the time shows them as they are, some of them from before. */
const MAX_DUMPS = 8;

/**
 * Asks the kernel about interfaces, addresses and routes (rtnetlink(7)). The kernel has answered
 * when a request is made, so nothing waits. Needs no rights.
 */
export class NetlinkSocket implements Disposable {
  readonly #fd: number;
  readonly #answer = new Uint8Array(ANSWER_BYTES);

  /** @throws UdpError `UDP_SYSTEM`. */
  constructor() {
    this.#fd = libc().socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (this.#fd < 0) throw lastSystemError("a netlink socket");
  }

  /** The one answer to a request, which may be that it failed. @throws UdpError `UDP_SYSTEM`. */
  ask(request: NetlinkMessage): NetlinkMessage {
    this.#send(encodeNetlinkRequest(request));
    const [answer] = this.#receive();
    if (answer === undefined) throw partOfAnswer();
    return answer;
  }

  /** All that there is of what is asked for. @throws UdpError `UDP_SYSTEM`. */
  dump(request: NetlinkMessage): readonly NetlinkMessage[] {
    let messages = this.#dumpOnce(request);
    for (let count = 1; count < MAX_DUMPS && messages.some(isInterrupted); count++) {
      messages = this.#dumpOnce(request);
    }
    return messages;
  }

  [Symbol.dispose](): void {
    libc().close(this.#fd);
  }

  #dumpOnce(request: NetlinkMessage): readonly NetlinkAnswer[] {
    this.#send(encodeNetlinkRequest(request, { isDump: true }));
    const messages: NetlinkAnswer[] = [];
    for (;;) {
      for (const message of this.#receive()) {
        messages.push(message);
        const refusal = refusalNumber(message);
        if (refusal !== undefined) throw systemError("a netlink dump", errorName(refusal));
        if (isEndOfDump(message)) return messages;
      }
    }
  }

  #send(request: Uint8Array): void {
    if (libc().send(this.#fd, ptr(request), request.byteLength, 0) >= 0) return;
    throw lastSystemError("a netlink request");
  }

  /** At least one message, all of them whole. */
  #receive(): readonly NetlinkAnswer[] {
    const { recv } = libc();
    const flags = MSG_DONTWAIT | MSG_TRUNC;
    const length = Number(recv(this.#fd, ptr(this.#answer), ANSWER_BYTES, flags));
    if (length < 0) throw lastSystemError("a netlink answer");
    // Messages are views of these bytes, and outlast the next answer.
    const messages = decodeNetlinkMessages(this.#answer.slice(0, length));
    if (length > ANSWER_BYTES || messages.length === 0) throw partOfAnswer();
    return messages;
  }
}

function isInterrupted(message: NetlinkAnswer): boolean {
  return message.isInterrupted;
}

function partOfAnswer(): UdpError<"UDP_SYSTEM"> {
  return new UdpError("UDP_SYSTEM", "expected a whole netlink answer, got a part of one");
}
