/** Preloaded into a program: this Bun can call no C library. */
import { createRequire } from "node:module";

const ffi: { dlopen: () => never } = createRequire(import.meta.url)("bun:ffi");
ffi.dlopen = () => {
  throw new Error("no libraries here");
};
