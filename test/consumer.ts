import { join } from "node:path";
import type { Environment } from "./command.ts";
import { run } from "./command.ts";
import type { Manifest } from "./workspace.ts";
import { ROOT } from "./workspace.ts";

/** Writes and installs a program that imports every door of every package. */
export async function installConsumer(
  folder: string,
  packages: readonly Manifest[],
  env: Environment,
): Promise<void> {
  const dependencies = Object.fromEntries(packages.map(({ name }) => [name, "latest"]));
  const devDependencies = { "bun-types": await bunTypesVersion() };
  const manifest = { type: "module", dependencies, devDependencies };
  await Bun.write(join(folder, "package.json"), JSON.stringify(manifest));
  await Bun.write(join(folder, "consumer.ts"), importAll(packages.flatMap(doors)));
  await run(["bun", "install"], { cwd: folder, env });
}

/** @throws Error with the errors of the compiler, where there are any. */
export async function typecheckConsumer(
  folder: string,
  resolution: { module: string; moduleResolution: string },
): Promise<void> {
  const compilerOptions = { ...resolution, strict: true, noEmit: true, types: ["bun-types"] };
  const config = { compilerOptions, files: ["consumer.ts"] };
  await Bun.write(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  await run(["bun", tsc, "--singleThreaded", "--project", "."], { cwd: folder, env: Bun.env });
}

async function bunTypesVersion(): Promise<string> {
  const { version } = await Bun.file(join(ROOT, "node_modules/bun-types/package.json")).json();
  return version;
}

function doors({ name, exports }: Manifest): string[] {
  const code = Object.keys(exports).filter((door) => !door.endsWith(".json"));
  return code.map((door) => join(name, door));
}

function importAll(specifiers: readonly string[]): string {
  const imports = specifiers.map((door, index) => `import * as door${index} from "${door}";`);
  const names = specifiers.map((_, index) => `door${index}`);
  return `${imports.join("\n")}\n\nexport const doors: object[] = [${names.join(", ")}];\n`;
}
