/** Does jobs one after the other, beside the training. What fails in it is told once and does not stop anything. */
export interface Sink {
  /** Queues a job; with `limit` jobs waiting already, it is left out. */
  add(job: () => Promise<void>): void;
  /** Resolves when all jobs so far have ended. */
  idle(): Promise<void>;
}

/** Options of {@link createSink}. */
export interface SinkOptions {
  /** What the jobs write, for warnings: "TensorBoard file". */
  readonly name: string;
  /** Jobs that may wait; default 16. */
  readonly limit?: number;
  readonly onWarning: (message: string) => void;
}

/** A {@link Sink}. A full disk costs what is written there, not the run. */
export function createSink({ name, limit = 16, onWarning }: SinkOptions): Sink {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  const told = new Set<string>();
  const tellOnce = (kind: string, message: string): void => {
    if (told.has(kind)) return;
    told.add(kind);
    onWarning(message);
  };
  const run = async (job: () => Promise<void>): Promise<void> => {
    try {
      await job();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tellOnce('failed', `${name}: cannot be written (${reason}). Training goes on; this is said once.`);
    } finally {
      waiting -= 1;
    }
  };
  return {
    add: (job) => {
      if (waiting >= limit) {
        tellOnce('late', `${name}: writing is slower than training, so some of it is left out; this is said once.`);
        return;
      }
      waiting += 1;
      last = last.then(() => run(job));
    },
    idle: () => last,
  };
}
