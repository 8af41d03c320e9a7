/** What a machine does next depends only on what it is and on what it is told. */
export interface Subject<Input, Output> {
  perform(input: Input): Output;
  /** Subjects of which this is the same do the same from now on. */
  describe(): string;
}

/** A state of a machine, by its number. */
export type State = number;

/** What an input came to. */
export interface Step<Output> {
  readonly state: State;
  readonly output: Output;
}

/**
 * A machine whose steps are remembered, so that each is made once and not each time that it is met
 * in another world. To make a new one, a new subject is led to where it begins.
 */
export class Machine<Input, Output> {
  readonly #create: () => Subject<Input, Output>;
  readonly #isMerging: boolean;
  readonly #numbers = new Map<string, State>();
  /** The inputs that first led to each state. */
  readonly #ways: (readonly Input[])[] = [];
  readonly #steps = new Map<string, Step<Output>>();

  /** @param isMerging `false`: subjects that describe themselves alike are not taken for one. */
  constructor(create: () => Subject<Input, Output>, isMerging: boolean) {
    this.#create = create;
    this.#isMerging = isMerging;
    this.#number(create(), []);
  }

  /** @param name the same only for the same input. */
  step(state: State, input: Input, name: string): Step<Output> {
    const key = `${state} ${name}`;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const way = this.#ways[state] ?? [];
    const subject = this.#create();
    for (const earlier of way) subject.perform(earlier);
    const output = subject.perform(input);
    const step = { state: this.#number(subject, [...way, input]), output };
    this.#steps.set(key, step);
    return step;
  }

  #number(subject: Subject<Input, Output>, way: readonly Input[]): State {
    const description = this.#isMerging ? subject.describe() : `${this.#ways.length}`;
    const known = this.#numbers.get(description);
    if (known !== undefined) return known;
    this.#numbers.set(description, this.#ways.length);
    return this.#ways.push(way) - 1;
  }
}
