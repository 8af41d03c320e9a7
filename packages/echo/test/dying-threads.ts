/** Preloaded into a program: the threads that serve or probe are those of `dying-thread.ts`. */
import { plugin } from "bun";

const DYING_THREAD = `URL(${JSON.stringify(import.meta.resolve("./dying-thread.ts"))}`;

plugin({
  name: "dying threads",
  setup: (build) => {
    build.onLoad({ filter: /(server-thread|probe-threads)\.ts$/ }, async ({ path }) => {
      const source = await Bun.file(path).text();
      return {
        contents: source.replace(/URL\("\.\/(server|probe)-worker\.ts"/, DYING_THREAD),
        loader: "ts",
      };
    });
  },
});
