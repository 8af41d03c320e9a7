import { createPath } from "@udp/lab";

await using lab = await createPath({ mtus: [1500, 1400, 1280], link: { delayMs: 10 } });

// 1272 bytes and 28 of headers: too large for the last hop alone.
const argv = ["ping", "-n", "-c", "1", "-M", "do", "-s", "1272", lab.host("h2").ipv4];
await using ping = await lab.host("h1").spawn(argv);
const { stdout } = await ping.end();
console.log(stdout.split("\n")[1]);

const { forward } = await lab.link.report();
console.log(`The link delivered ${forward.delivered} of ${forward.sent}`);
