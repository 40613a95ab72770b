import type { BatchSource, HostTensor } from '@vosvfi/core';

/** Batches in order, prepared ahead of their use. */
export interface Feed {
  /** The next batch. Rejects with what the source rejected with, for this batch and no earlier. */
  next(): Promise<Record<string, HostTensor>>;
  /** Waits until nothing is being prepared any more, so that the source can be disposed. Asks for no further batch. */
  close(): Promise<void>;
}

/** Keeps up to `ahead` batches of steps `first` .. `end - 1` in preparation beyond the one being waited for. */
export function prefetch(source: BatchSource, first: number, end: number, ahead: number): Feed {
  const pending: Promise<Record<string, HostTensor>>[] = [];
  let asked = first;
  const askUpTo = (count: number): void => {
    while (asked < end && pending.length < count) {
      const batch = source.batch(asked);
      // The error belongs to the step that needs this batch; until then it must not count as unhandled.
      batch.catch(() => undefined);
      pending.push(batch);
      asked += 1;
    }
  };
  return {
    next: async () => {
      askUpTo(1);
      const batch = pending.shift();
      if (batch === undefined) throw new Error(`No batch is left: the feed ends before step ${end}.`);
      askUpTo(ahead);
      return await batch;
    },
    close: async () => {
      await Promise.allSettled(pending);
    },
  };
}
