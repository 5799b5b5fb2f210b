/** Where a process dies: at its nth use of the outside, before that acts or after it has. */
export interface Death {
  at: number;
  when: 'before' | 'after';
}

/** Counts what a process does outside itself, and ends it where it is to die: nothing that it does afterwards happens. */
export class Mortal {
  uses = 0;
  #dead = false;
  readonly #death: Death | undefined;

  constructor(death?: Death) {
    this.#death = death;
  }

  /** Whether it has died. */
  get dead(): boolean {
    return this.#dead;
  }

  /** The same object, whose methods, and those of what it holds, are uses of the outside. */
  mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name, object);
        if (typeof value === 'function') return this.#counted(value.bind(object));
        if (typeof value === 'object' && value !== null) return this.mortal(value);
        return value;
      },
    });
  }

  #counted(method: (...given: unknown[]) => unknown) {
    return async (...given: unknown[]) => {
      if (this.#dead) throw new Error('The process is dead.');
      this.uses += 1;
      const dies = this.uses === this.#death?.at;
      if (dies && this.#death?.when === 'before') this.#die();
      const result = await method(...given);
      if (dies) this.#die();
      return result;
    };
  }

  #die(): never {
    this.#dead = true;
    throw new Error('The process died.');
  }
}
