import { confirm, intro, outro, select, text } from "@clack/prompts";
import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { capitalize } from "./capitalize.ts";
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
 * Asks for a command and then for its arguments, variadic ones excepted, and basic options, the rest
 * on request, and shows the command line that says the same.
 *
 * @returns the words behind the program's name, or `undefined` where the user left.
 */
export async function askForArguments(
  program: CommandUnknownOpts,
  terminal: Terminal,
): Promise<string[] | undefined> {
  const { stdin: input, stdout: output, interruption } = terminal;
  // Prompts listen to their signal for ever; theirs ends with the questions.
  const questions = new AbortController();
  const leave = (): void => questions.abort();
  interruption.addEventListener("abort", leave);
  const streams = { input, output, signal: questions.signal };
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
  } finally {
    interruption.removeEventListener("abort", leave);
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
  // Words without number are for those who type them.
  const single = command.registeredArguments.filter(({ variadic }) => !variadic);
  for (const argument of single) words.push(...(await askForArgument(argument, streams)));
  const isBasic = (option: Option): boolean => option.helpGroupHeading === BASIC_OPTIONS;
  words.push(...(await askForOptions(command.options.filter(isBasic), streams)));
  const others = command.options.filter((option) => !isBasic(option));
  if (others.length === 0) return words;
  const wantsMore = await confirm({ message: "More options?", initialValue: false, ...streams });
  return answered(wantsMore) ? [...words, ...(await askForOptions(others, streams))] : words;
}

/** Asks for each option that the ones before it leave room for. */
async function askForOptions(options: readonly Option[], streams: Streams): Promise<string[]> {
  const words: string[] = [];
  const given = new Set<unknown>();
  for (const option of options) {
    if (conflictsOf(option).some((name) => given.has(name))) continue;
    const answer = await askForOption(option, streams);
    if (answer.length > 0) given.add(option.attributeName());
    words.push(...answer);
  }
  return words;
}

/** The names that commander keeps, and its types do not name. */
function conflictsOf(option: Option): readonly unknown[] {
  return "conflictsWith" in option && Array.isArray(option.conflictsWith)
    ? option.conflictsWith
    : [];
}

async function askForArgument(argument: Argument, streams: Streams): Promise<string[]> {
  const question = `${capitalize(argument.name())}: ${argument.description}`;
  const answer = await askForText(question, argument, streams, (value) => {
    if (value === "" && argument.required) return "This is needed.";
    return value.startsWith("-") ? "Expected no dash at the beginning." : undefined;
  });
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
    : await askForText(question, option, streams);
  return answer === undefined ? [] : [flag, answer];
}

/** An argument or an option that takes a value. */
type Valued = Pick<Argument | Option, "defaultValue" | "defaultValueDescription" | "parseArg">;

/**
 * The answer, or `undefined` where it is empty or the default: then nothing needs to be said. The
 * default stands in the field until something is typed.
 */
async function askForText(
  message: string,
  { defaultValue, defaultValueDescription, parseArg }: Valued,
  streams: Streams,
  complain: (value: string) => string | undefined = () => undefined,
): Promise<string | undefined> {
  const placeholder = String(defaultValueDescription ?? defaultValue ?? "");
  const answer = await text({
    message,
    placeholder,
    defaultValue: placeholder,
    validate: (value = "") =>
      complain(value) ?? (value === "" ? undefined : complaintAbout(value, parseArg)),
    ...streams,
  });
  const words = answered(answer);
  return words === "" || words === placeholder ? undefined : words;
}

/** Stands for an option that is left out. */
const NOT_GIVEN = "";

/** The choice, or `undefined` where it is the default, or none. */
async function askForChoice(
  message: string,
  { defaultValue, defaultValueDescription }: Valued,
  choices: readonly string[],
  streams: Streams,
): Promise<string | undefined> {
  const unsaid = { value: NOT_GIVEN, label: defaultValueDescription ?? "(not given)" };
  const options = choices.map((value) => ({ value, label: value }));
  if (!choices.includes(String(defaultValue))) options.unshift(unsaid);
  const choice = answered(
    await select({ message, options, initialValue: String(defaultValue), ...streams }),
  );
  return choice === defaultValue || choice === NOT_GIVEN ? undefined : choice;
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

/** A word as a POSIX shell reads it. */
function quoteWord(word: string): string {
  return /^[\w.,:/%@+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
