/** Ends in the way that it is told, while datagrams come or none. */
import { MessageSocket, watchReadable } from "../../src/linux/index.ts";

const WATCH_COUNT = 20;

const local = { address: "127.0.0.1", port: 0 };
const socket = new MessageSocket({ family: 4, local });
const sender = new MessageSocket({ family: 4, remote: socket.local });

const ENDINGS: Readonly<Record<string, () => void>> = {
  disposed: () => {
    const watch = watchReadable(socket.fd, () => {
      socket.receive();
      watch[Symbol.dispose]();
    });
    sender.send(new Uint8Array(1));
  },
  "disposed-at-once": () => {
    for (let count = 0; count < WATCH_COUNT; count++) {
      watchReadable(socket.fd, () => {})[Symbol.dispose]();
    }
  },
  "disposed-after-closing": () => {
    const watch = watchReadable(socket.fd, () => {
      socket[Symbol.dispose]();
      watch[Symbol.dispose]();
    });
    sender.send(new Uint8Array(1));
  },
  "callback-throws": () => {
    watchReadable(socket.fd, () => {
      throw new Error("the callback's own");
    });
    sender.send(new Uint8Array(1));
  },
  "program-throws": () => {
    watchReadable(socket.fd, () => {
      socket.receive();
      queueMicrotask(() => {
        throw new Error("the program's own");
      });
    });
    sender.send(new Uint8Array(1));
  },
  exits: () => {
    watchReadable(socket.fd, () => process.exit(3));
    sender.send(new Uint8Array(1));
  },
};

ENDINGS[process.argv[2] ?? ""]?.();
