/**
 * What sends and receives. `portable`: a socket of the runtime, on its event loop. `linux`: threads that
 * wait in the kernel.
 */
export type EngineName = "portable" | "linux";
