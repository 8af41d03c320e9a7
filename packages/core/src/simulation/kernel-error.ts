/** What a kernel would have said, in the form in which Bun throws it. */
export function kernelError(code: string): Error {
  return Object.assign(new Error(`${code}, in a simulated network`), { code });
}
