import { EnvironmentError } from '@vosvfi/core';
import type { TrainEvent } from './events.js';

/** What becomes of writes that fail for want of storage. */
export interface StoragePolicy {
  /** Does `write`. If storage gives out and the run may go on, calls `onFailure` and resolves. */
  attempt(write: () => Promise<void>, onFailure?: () => void): Promise<void>;
}

/** `stop` passes failures on; `retry` turns each new kind of them into one warning. */
export function storagePolicy(
  failure: 'stop' | 'retry',
  warn: (event: Extract<TrainEvent, { type: 'warning' }>) => void,
  step: () => number,
): StoragePolicy {
  let warned: string | undefined;
  return {
    attempt: async (write, onFailure) => {
      try {
        await write();
        warned = undefined;
      } catch (error) {
        if (failure === 'stop' || !EnvironmentError.isInstance(error)) throw error;
        onFailure?.();
        const kind = (error.cause as NodeJS.ErrnoException | undefined)?.code;
        if (kind === warned) return;
        warned = kind;
        warn({ type: 'warning', step: step(), message: `${error.message} The run goes on and tries again.` });
      }
    },
  };
}
