/** Where reflectors of STAMP listen (RFC 8762 section 4.1). */
export const STAMP_PORT = 862;
