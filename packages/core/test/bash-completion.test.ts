import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const TOOL = "udp-test";
const PRECIOUS = "precious";

/** Loads the script, and completes the last of the words that follow as bash does at Tab. */
const COMPLETE_WORDS = `
source <(${TOOL} complete bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_udp_test_complete
printf '%s\\n' "\${COMPREPLY[@]}"
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bash-completion-"));
  const program = Bun.fileURLToPath(import.meta.resolve("./bash-completion/program.ts"));
  const wrapper = join(folder, TOOL);
  await Bun.write(wrapper, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(wrapper, 0o755);
  await Bun.write(join(folder, PRECIOUS), PRECIOUS);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Shell {
  readonly stdout: string;
  readonly stderr: string;
}

async function runBash(script: string, ...words: readonly string[]): Promise<Shell> {
  const { stdout, stderr } = Bun.spawn(
    ["bash", "--noprofile", "--norc", "-c", script, "bash", ...words],
    {
      cwd: folder,
      env: { ...Bun.env, PATH: `${folder}${delimiter}${Bun.env.PATH}` },
      stderr: "pipe",
    },
  );
  return { stdout: await stdout.text(), stderr: await stderr.text() };
}

async function candidates(...words: readonly string[]): Promise<string[]> {
  const { stdout, stderr } = await runBash(COMPLETE_WORDS, TOOL, ...words);
  expect(stderr).toBe("");
  return stdout.split("\n").filter(Boolean);
}

describe.skipIf(Bun.which("bash") === null)("completion in bash (needs bash)", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["commands", ["a"], ["ask", "answer"]],
    ["what is half written", ["an"], ["answer"]],
    ["the options of a command", ["ask", "--s"], ["--slowly"]],
    ["the choices of an option", ["answer", "--mode", ""], ["echo", "length"]],
    ["one choice", ["answer", "--mode", "l"], ["length"]],
    ["nothing", ["ask", "--nothing"], []],
  ])("offers %s", async (_name, words, expected) => {
    expect(await candidates(...words)).toEqual([...expected]);
  });

  test.each([
    [["ask", "$(touch pwned)", "--s"]],
    [["ask", "`touch pwned`", "--s"]],
    [["ask", ";", "touch", "pwned", ";", "--s"]],
    [["ask", ">", PRECIOUS, "--s"]],
    [["ask", "> pwned", "--s"]],
    [["$(touch pwned)"]],
    [["a[$(touch pwned)]"]],
    [["*"]],
  ])("carries out nothing of %p", async (words) => {
    await candidates(...words);
    const precious = await Bun.file(join(folder, PRECIOUS)).text();
    expect({ files: (await readdir(folder)).toSorted(), precious }).toEqual({
      files: [PRECIOUS, TOOL],
      precious: PRECIOUS,
    });
  });

  test("may be loaded twice, and says nothing", async () => {
    const load = `source <(${TOOL} complete bash)`;
    expect(await runBash(`${load}\n${load}\ncomplete -p ${TOOL}`)).toEqual({
      stdout: `complete -o default -F _udp_test_complete ${TOOL}\n`,
      stderr: "",
    });
  });
});
