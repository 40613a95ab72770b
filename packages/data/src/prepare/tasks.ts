import { analyseSource } from './analyse.js';
import type { Analysis } from './analysis.js';
import type { SourceInput } from './inputs.js';
import type { SelectedTriplet } from './select.js';
import type { PrepareSettings } from './settings.js';
import { openSource } from './source.js';
import { writeSource } from './write.js';

/** Looks at a source. */
export interface AnalyseTask {
  readonly kind: 'analyse';
  readonly input: SourceInput;
  readonly settings: PrepareSettings;
}

/** Writes the triplets of a source. */
export interface WriteTask {
  readonly kind: 'write';
  readonly input: SourceInput;
  readonly settings: PrepareSettings;
  readonly dir: string;
  readonly triplets: readonly SelectedTriplet[];
}

/** Work on one source, which a thread can do. */
export type PrepareTask = AnalyseTask | WriteTask;

/** What a task gives. */
export type TaskResult<T extends PrepareTask> = T extends AnalyseTask ? Analysis : undefined;

/** How a task tells how far it is, and how it is stopped. */
export interface TaskOptions {
  /** Frames that were looked at, or triplets that are written, so far. */
  readonly onStep?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Does a task in this thread. */
export async function runTask(task: PrepareTask, { onStep, signal }: TaskOptions): Promise<Analysis | undefined> {
  const { input, settings } = task;
  const source = await openSource(input, { damage: settings.damage, ...(signal && { signal }) });
  if (task.kind === 'analyse') {
    return analyseSource(source, { settings, ...(onStep && { onFrame: onStep }) });
  }
  let done = 0;
  await writeSource(source, task.triplets, {
    ...{ dir: task.dir, settings },
    onTriplet: () => onStep?.(++done),
  });
  return undefined;
}
