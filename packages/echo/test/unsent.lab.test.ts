import { expect } from "bun:test";
import { createPair } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { parse } from "valibot";
import { documentSchemas } from "../src/documents.ts";
import type { EngineName } from "../src/index.ts";
import { listening, UDP_ECHO } from "./udp-echo.ts";

const ENGINES: readonly EngineName[] = ["portable", "linux"];

for (const engine of ENGINES) {
  labTest(`replies that no way leads back for are counted (engine ${engine})`, async () => {
    await using lab = await createPair();
    const [client, host] = [lab.host("a"), lab.host("b")];
    const argv = [...UDP_ECHO, "server", "0.0.0.0", "--json", "--quiet", "--engine", engine];
    await using server = await listening(await host.spawn(argv));
    const ask = ["client", host.ipv4, "--quiet", "--timeout", "100ms"];
    await client.run([...UDP_ECHO, ...ask]);
    await host.run(["ip", "route", "add", "unreachable", `${client.ipv4}/32`]);
    await using unanswered = await client.spawn([...UDP_ECHO, ...ask]);
    expect((await unanswered.end()).code).toBe(1);
    const { stdout } = await server.program.end("SIGINT");
    const summary = parse(
      documentSchemas.summary,
      JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""),
    );
    expect(summary).toMatchObject({ receivedCount: 2, repliedCount: 1, unsentCount: 1 });
  });
}
