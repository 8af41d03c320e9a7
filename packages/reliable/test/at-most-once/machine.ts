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

/** What is known of a state. */
interface Place<Input, Output> {
  /** The inputs that first led to it. */
  readonly way: readonly Input[];
  /** By the names of the inputs. */
  readonly steps: Map<string, Step<Output>>;
  /** The subject that came here first, until it is led on. */
  subject: Subject<Input, Output> | undefined;
}

/**
 * A machine whose steps are remembered, so that each is made once and not each time that it is met
 * in another world. The first step from a state is made by the subject that came there first; for
 * each other one a new subject is led the same way.
 */
export class Machine<Input, Output> {
  readonly #create: () => Subject<Input, Output>;
  readonly #isMerging: boolean;
  readonly #numbers = new Map<string, State>();
  readonly #places: Place<Input, Output>[] = [];

  /** @param isMerging `false`: subjects that describe themselves alike are not taken for one. */
  constructor(create: () => Subject<Input, Output>, isMerging: boolean) {
    this.#create = create;
    this.#isMerging = isMerging;
    this.#number(create(), []);
  }

  /** @param name the same only for the same input. */
  step(state: State, input: Input, name: string): Step<Output> {
    const place = this.#places[state];
    if (place === undefined) throw new Error(`no state has the number ${state}`);
    const known = place.steps.get(name);
    if (known !== undefined) return known;
    const subject = place.subject ?? this.#lead(place.way);
    place.subject = undefined;
    const output = subject.perform(input);
    const step = { state: this.#number(subject, [...place.way, input]), output };
    place.steps.set(name, step);
    return step;
  }

  #lead(way: readonly Input[]): Subject<Input, Output> {
    const subject = this.#create();
    for (const input of way) subject.perform(input);
    return subject;
  }

  #number(subject: Subject<Input, Output>, way: readonly Input[]): State {
    const description = this.#isMerging ? subject.describe() : `${this.#places.length}`;
    const known = this.#numbers.get(description);
    if (known !== undefined) return known;
    this.#numbers.set(description, this.#places.length);
    return this.#places.push({ way, steps: new Map(), subject }) - 1;
  }
}
