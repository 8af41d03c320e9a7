import { confirm, intro, outro, select, text } from "@clack/prompts";
import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { BASIC_OPTIONS } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** The user left; unwinds from whichever question is open. */
class Cancelled extends Error {}

/** What `select`, `text` and `confirm` need to run on a terminal that is handed in. */
interface Streams {
  readonly input: Terminal["stdin"];
  readonly output: Terminal["stdout"];
  readonly signal: AbortSignal;
}

/**
 * Asks for a command and then for its arguments and basic options, the rest on request, and shows
 * the command line that says the same.
 *
 * @returns the words behind the program's name, or `undefined` where the user left.
 */
export async function askForArguments(
  program: CommandUnknownOpts,
  terminal: Terminal,
): Promise<string[] | undefined> {
  const { stdin: input, stdout: output, interruption: signal } = terminal;
  const streams = { input, output, signal };
  intro(`${program.name()}: ${program.description()}`, { output });
  try {
    const command = await askForCommand(program, streams);
    const words = [command.name(), ...(await askForWords(command, streams))];
    outro(`The same as: ${[program.name(), ...words].map(quoteWord).join(" ")}`, { output });
    return words;
  } catch (reason) {
    if (!(reason instanceof Cancelled)) throw reason;
    outro("Nothing was done.", { output });
    return undefined;
  }
}

async function askForCommand(
  program: CommandUnknownOpts,
  streams: Streams,
): Promise<CommandUnknownOpts> {
  const options = program.commands.map((command) => ({
    value: command,
    label: command.name(),
    hint: command.description(),
  }));
  return answered(await select({ message: "Which role?", options, ...streams }));
}

async function askForWords(command: CommandUnknownOpts, streams: Streams): Promise<string[]> {
  const words: string[] = [];
  for (const argument of command.registeredArguments) {
    words.push(...(await askForArgument(argument, streams)));
  }
  const isBasic = (option: Option): boolean => option.helpGroupHeading === BASIC_OPTIONS;
  const basic = command.options.filter(isBasic);
  const others = command.options.filter((option) => !isBasic(option));
  for (const option of basic) words.push(...(await askForOption(option, streams)));
  if (others.length === 0) return words;
  const wantsMore = await confirm({ message: "More options?", initialValue: false, ...streams });
  if (!answered(wantsMore)) return words;
  for (const option of others) words.push(...(await askForOption(option, streams)));
  return words;
}

async function askForArgument(argument: Argument, streams: Streams): Promise<string[]> {
  const question = `${capitalize(argument.name())}: ${argument.description}`;
  const answer = await askForText(question, argument, argument.required, streams);
  return answer === undefined ? [] : [answer];
}

async function askForOption(option: Option, streams: Streams): Promise<string[]> {
  const flag = option.long ?? option.flags;
  const question = `${flag}: ${option.description}`;
  if (option.isBoolean()) {
    const isWanted = await confirm({ message: question, initialValue: false, ...streams });
    return answered(isWanted) ? [flag] : [];
  }
  const answer = option.argChoices
    ? await askForChoice(question, option, option.argChoices, streams)
    : await askForText(question, option, option.mandatory, streams);
  return answer === undefined ? [] : [flag, answer];
}

/** An argument or an option that takes a value. */
type Valued = Pick<Argument | Option, "defaultValue" | "defaultValueDescription" | "parseArg">;

/** The answer, or `undefined` where it is empty or the default: then nothing needs to be said. */
async function askForText(
  message: string,
  { defaultValue, defaultValueDescription, parseArg }: Valued,
  isRequired: boolean,
  streams: Streams,
): Promise<string | undefined> {
  const initialValue = String(defaultValueDescription ?? defaultValue ?? "");
  const answer = await text({
    message,
    initialValue,
    validate: (value = "") => {
      if (value === "") return isRequired ? "This is needed." : undefined;
      return complaintAbout(value, parseArg);
    },
    ...streams,
  });
  const words = answered(answer);
  return words === "" || words === initialValue ? undefined : words;
}

async function askForChoice(
  message: string,
  { defaultValue }: Valued,
  choices: readonly string[],
  streams: Streams,
): Promise<string | undefined> {
  const options = choices.map((value) => ({ value }));
  const choice = answered(
    await select({ message, options, initialValue: String(defaultValue), ...streams }),
  );
  return choice === defaultValue ? undefined : choice;
}

/** What the command line's own parser says against a value. */
function complaintAbout(value: string, parseArg: Valued["parseArg"]): string | undefined {
  try {
    parseArg?.(value, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message;
    throw error;
  }
}

function answered<Answer>(answer: Answer): Exclude<Answer, symbol> {
  if (typeof answer === "symbol") throw new Cancelled();
  return answer as Exclude<Answer, symbol>;
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A word as a POSIX shell reads it. */
function quoteWord(word: string): string {
  return /^[\w.,:/%@+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
