import { VosvfiError } from '@vosvfi/core';

/** Counts the calls that use something that can be disposed: none starts after its end, and the end waits for all. */
export class Lifetime {
  readonly #subject: string;
  readonly #running = new Set<Promise<unknown>>();
  #end: Promise<void> | undefined;

  /** @param subject Begins the error's sentence, such as "The compiled function". */
  constructor(subject: string) {
    this.#subject = subject;
  }

  /** @throws VosvfiError with code VOSVFI_DISPOSED once the end was asked for. */
  assertAlive(): void {
    if (this.#end === undefined) return;
    throw new VosvfiError('VOSVFI_DISPOSED', `${this.#subject} was disposed.`, { hint: 'Compile it again.' });
  }

  /** Runs `call`, which the end waits for. */
  async use<T>(call: () => Promise<T>): Promise<T> {
    this.assertAlive();
    const result = call();
    this.#running.add(result);
    try {
      return await result;
    } finally {
      this.#running.delete(result);
    }
  }

  /** Lets no more calls in, waits for those that run and calls `release`, once however often it is asked for. */
  end(release: () => Promise<void>): Promise<void> {
    this.#end ??= Promise.allSettled(this.#running).then(release);
    return this.#end;
  }
}
