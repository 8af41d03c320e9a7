const MICROSECONDS_PER_MS = 1000;

/** `The time is 2026-11-23 10:00:00.123456`, local time, always 38 bytes. */
export function timeMessage(unixMs: number): string {
  const time = new Date(Math.floor(unixMs));
  const date = [time.getFullYear(), pad(time.getMonth() + 1, 2), pad(time.getDate(), 2)].join("-");
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => pad(part, 2));
  const microseconds = Math.floor((unixMs % MICROSECONDS_PER_MS) * MICROSECONDS_PER_MS);
  return `The time is ${date} ${clock.join(":")}.${pad(microseconds, 6)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
