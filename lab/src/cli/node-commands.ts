import type { Plan } from "../plan/plan.ts";
import type { Tool } from "./toolkit.ts";

/** Stands first in `PATH`, in the sandbox's own `/run`. */
export const COMMAND_FOLDER = "/run/lab/bin";

/** A shell at the node that it runs at, whose name is in `LAB_NODE`. */
const SHELL = "/run/lab/shell";

/** At a node, under whose name it is called: a program, or a shell where none is named. */
const NODE_COMMAND = `#!/bin/sh
export LAB_NODE="\${0##*/}"
[ $# -gt 0 ] || set -- ${SHELL}
exec ip netns exec "$LAB_NODE" sh -c 'exec "$@"' sh "$@"`;

const SHELL_COMMAND = `#!/bin/sh
[ -t 0 ] || exec sh
! command -v bash >/dev/null || exec bash --rcfile /run/lab/bashrc -i
PS1="$LAB_NODE\\$ " exec sh -i`;

/**
 * Without the files of the user the history would be cut to bash's own default; and a node may have
 * the name of one of bash's own commands.
 */
function bashSettings(names: readonly string[]): string {
  return `PS1="$LAB_NODE\\$ "
unset HISTFILE PROMPT_COMMAND
enable -n ${names.join(" ")} 2>/dev/null`;
}

/**
 * What a POSIX shell runs, in the sandbox, so that each node and each tool is a command.
 *
 * @param bun the program that runs the tools.
 */
export function commandScript({ nodes }: Plan, tools: readonly Tool[], bun: string): string {
  const names = nodes.map(({ name }) => name);
  return [
    `mkdir -p ${COMMAND_FOLDER}`,
    writeFile("/run/lab/bashrc", bashSettings(names)),
    writeFile(SHELL, SHELL_COMMAND),
    writeFile("/run/lab/node", NODE_COMMAND),
    ...names.map((name) => `ln -s ../node ${COMMAND_FOLDER}/${name}`),
    ...tools.map(({ name, path }) =>
      writeFile(`${COMMAND_FOLDER}/${name}`, `#!/bin/sh\nexec ${quote(bun)} ${quote(path)} "$@"`),
    ),
    `chmod +x /run/lab/shell /run/lab/node ${COMMAND_FOLDER}/*`,
  ].join("\n");
}

function writeFile(path: string, text: string): string {
  return `cat >${path} <<'FILE'\n${text}\nFILE`;
}

/** A word as a POSIX shell reads it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
