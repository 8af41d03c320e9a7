import type { Writable } from "node:stream";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** So many lines are handed over at once. */
const CHUNK_LINES = 1000;

/** Writes lines, however many, as fast as the reader takes them. */
export async function writeLines(stream: Writable, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks(lines)), stream, { end: false });
}

function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(`${line}\n`);
    if (chunk.length < CHUNK_LINES) continue;
    yield chunk.join("");
    chunk = [];
  }
  yield chunk.join("");
}
