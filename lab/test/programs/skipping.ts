/** Tests that no host can run, for `bun test`. */
import { testWhere } from "../../src/testing/index.ts";

testWhere("no such host", "a test", () => Promise.resolve());
