import { expect } from "bun:test";
import { createLan } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { documents, UDP_BROADCAST } from "./udp-broadcast.ts";

labTest("two programs of one host at one port are both found, once each", async () => {
  await using lan = await createLan({ hosts: 2 });
  for (const name of ["one", "other"]) {
    const argv = ["server", "--answer", "--share-port", "--name", name];
    const program = await lan.host("h2").spawn([...UDP_BROADCAST, ...argv]);
    for (let line = ""; !line.startsWith("Joined"); ) line = await program.nextLine();
  }
  const { stdout } = await lan.host("h1").run([...UDP_BROADCAST, "discover", "--json"]);
  const found = documents(stdout).filter((document) => "name" in Object(document));
  expect(found.map((one) => Object(one).name).toSorted()).toEqual(["one", "other"]);
});
