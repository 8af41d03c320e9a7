import { expect } from "bun:test";
import { createLan } from "@udp/lab";
import { labTest } from "@udp/lab/testing";
import { runDiscover, startResponder } from "./lab-programs.ts";

labTest("two programs of one host at one port are both found, once each", async () => {
  await using lan = await createLan({ hosts: 2 });
  for (const name of ["one", "other"]) {
    await startResponder(lan.host("h2"), { argv: ["--share-port", "--name", name] });
  }
  const { responders } = await runDiscover(lan.host("h1"));
  expect(responders.map(({ name }) => name).toSorted()).toEqual(["one", "other"]);
});
