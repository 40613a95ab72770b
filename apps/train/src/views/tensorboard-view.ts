import { setImmediate } from 'node:timers/promises';
import type { ProgressEvent } from '@vosvfi/train';
import { createEventFile } from '@vosvfi/train/tensorboard';
import { encodeOnce } from './encode-once.js';
import { isLogged, type RunView, type ViewOptions } from './run-view.js';
import { createSink } from './sink.js';

/** Milliseconds after which what was said is on the disk, if nothing else brought it there. */
const flushInterval = 5000;
/** Bytes in memory that are written at once. */
const flushBytes = 1 << 20;
/** Bytes that wait for a disk that does not answer; what comes on top is left out. */
const mostPendingBytes = 1 << 26;

/**
 * Event files for TensorBoard in the run folder. Each session begins a file that makes TensorBoard forget the steps that
 * the session repeats.
 */
export function createTensorboardView(options: ViewOptions): RunView {
  const file = createEventFile(options.runFolder, { firstStep: options.step + 1 });
  const sink = createSink({ name: 'TensorBoard file', onWarning: options.onWarning });
  let timer: NodeJS.Timeout | undefined;
  let isQueued = false;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (isQueued) return;
    isQueued = true;
    sink.add(async () => {
      isQueued = false;
      await file.flush();
    });
  };
  const written = (): void => {
    if (file.pendingBytes > flushBytes) flush();
    else timer ??= setTimeout(flush, flushInterval).unref();
  };
  flush();
  return {
    event: (event) => {
      if (file.pendingBytes > mostPendingBytes) return;
      switch (event.type) {
        case 'progress':
          if (!isLogged(event, options.logEvery)) return;
          file.scalars(event.step, progressScalars(event, options.batchSize));
          return written();
        case 'validation':
          file.scalars(event.step, grouped('validation', event.metrics));
          sink.add(async () => {
            for (const { name, frame } of event.pictures ?? []) {
              file.image(event.step, `pictures/${name}`, await encodeOnce(frame));
            }
          });
          return flush();
        case 'histograms':
          sink.add(async () => {
            for (const [name, values] of Object.entries(event.values)) {
              file.histogram(event.step, `weights/${name}`, values);
              // Counting a large tensor takes milliseconds; the training gets its turn in between.
              await setImmediate();
            }
          });
          return flush();
        case 'checkpoint':
          return flush();
      }
    },
    idle: () => sink.idle(),
    end: async () => {
      flush();
      await sink.idle();
    },
  };
}

function progressScalars(event: ProgressEvent, batchSize: number): Record<string, number> {
  const { total, terms, learningRate, gradientNorm, secondsPerStep, dataWaitShare, skipped } = event;
  return {
    'loss/total': total,
    ...grouped('loss', terms),
    'training/learning_rate': learningRate,
    'training/gradient_norm': gradientNorm,
    'training/skipped_steps': skipped,
    'speed/samples_per_second': secondsPerStep > 0 ? batchSize / secondsPerStep : 0,
    'speed/data_wait_share': dataWaitShare,
  };
}

function grouped(group: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${group}/${name}`, value]));
}
