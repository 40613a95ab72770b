import type { TrainEvent, TrainSummary } from '@vosvfi/train';

/** How a session of a run ended. */
export type RunEnd =
  | { readonly status: TrainSummary['status']; readonly summary: TrainSummary }
  | { readonly status: 'failed'; readonly message: string };

/** Writes something that a person looks at, beside the training. No method throws or takes long. */
export interface RunView {
  event(event: TrainEvent): void;
  /** Resolves when what was told so far is written. */
  idle(): Promise<void>;
  /** The last call; resolves when everything is written. */
  end(end: RunEnd): Promise<void>;
}

/** What every {@link RunView} is made from. */
export interface ViewOptions {
  readonly runFolder: string;
  /** Steps done before this session. */
  readonly step: number;
  readonly batchSize: number;
  /** Steps between what is written about single steps; the last step is written in any case. */
  readonly logEvery: number;
  readonly onWarning: (message: string) => void;
}

/** True for a step that metrics are written of. */
export function isLogged(
  { step, steps }: { readonly step: number; readonly steps: number },
  logEvery: number,
): boolean {
  return step % logEvery === 0 || step === steps;
}
