import { type EngineDescription, formatEngine } from '@vosvfi/runtime';
import type { TrainEvent, TrainSummary } from '@vosvfi/train';
import { histogramOf } from '@vosvfi/train/tensorboard';
import { formatSeconds } from './format-duration.js';
import { pictureFile } from './views/picture-files.js';

/** Shows a run to a person (on one stream) or to a program (JSON lines on another). */
export interface Reporter {
  event(event: TrainEvent): void;
  engine(engine: EngineDescription): void;
  warn(message: string): void;
  note(message: string): void;
  summary(summary: TrainSummary & { readonly runFolder: string }): void;
  /** Nothing more will be shown until {@link summary}. */
  close(): void;
}

/** The part of a stream that a {@link Reporter} needs. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

function formatTerms(total: number, terms: Readonly<Record<string, number>>): string {
  const parts = Object.entries(terms).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  return `loss ${total.toPrecision(4)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
}

function formatProgress(event: Extract<TrainEvent, { type: 'progress' }>): string {
  return [
    `step ${event.step}/${event.steps}`,
    formatTerms(event.total, event.terms),
    `rate ${event.learningRate.toExponential(1)}`,
    `${event.secondsPerStep.toFixed(2)} s/step`,
    `waiting for data ${Math.round(event.dataWaitShare * 100)} %`,
    `ETA ${formatSeconds(event.etaSeconds)}`,
  ].join(' | ');
}

/** Seconds between progress lines where a line cannot be overwritten. */
const lineInterval = 10;

/** Progress on `err`: one line that is rewritten on a terminal, a line now and then elsewhere. Results on `out`. */
export function createTextReporter(
  out: TextStream,
  err: TextStream,
  now: () => number = () => performance.now() / 1000,
): Reporter {
  let written = Number.NEGATIVE_INFINITY;
  let open = false;
  const line = (text: string): void => {
    err.write(`${open ? '\r\u001b[2K' : ''}${text}\n`);
    open = false;
  };
  const progress = (text: string, isLast: boolean): void => {
    if (err.isTTY) {
      err.write(`\r\u001b[2K${text.slice(0, Math.max(20, (err.columns ?? 80) - 1))}`);
      open = true;
    } else if (isLast || now() - written >= lineInterval) {
      written = now();
      line(text);
    }
  };
  return {
    event: (event) => {
      if (event.type === 'progress') progress(formatProgress(event), event.step === event.steps);
      else if (event.type === 'skipped') line(`Step ${event.step} was left out: ${event.reason}.`);
      else if (event.type === 'warning') line(`Warning: ${event.message}`);
      else if (event.type === 'paused') line(`Paused after step ${event.step}.`);
      else if (event.type === 'continued') line(`Continued after ${formatSeconds(event.pausedSeconds)}.`);
      else if (event.type === 'validation') {
        const parts = Object.entries(event.metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
        line(`Validation after step ${event.step}: ${parts.join(', ')}`);
      }
    },
    engine: (engine) => line(formatEngine(engine)),
    warn: (message) => line(`Warning: ${message}`),
    note: line,
    close: () => {},
    summary: (summary) => {
      if (open) line('');
      const { status, step, seconds, skipped, last, reason, best, dataWaitShare } = summary;
      const lines = [
        `${status === 'completed' ? 'Completed' : 'Interrupted'} at step ${step} after ${formatSeconds(seconds)}, ${Math.round(dataWaitShare * 100)} % of it waiting for data.`,
        ...(last === undefined ? [] : [`Last ${formatTerms(last.total, last.terms)}.`]),
        ...(reason === undefined ? [] : [`Ended early: ${reason}.`]),
        ...(best === undefined ? [] : [`Best validation: ${best.value.toPrecision(4)} after step ${best.step}.`]),
        ...(skipped > 0 ? [`Steps left out because a value was not finite: ${skipped}.`] : []),
        `Run folder: ${summary.runFolder}`,
        ...(status === 'completed' ? [] : ['Run the same command with --resume to go on.']),
      ];
      out.write(`${lines.join('\n')}\n`);
    },
  };
}

/** An event without its pictures' pixels and its histograms' values: files (in the run folder) and figures in their place. */
function jsonOf(event: TrainEvent): object {
  if (event.type === 'validation' && event.pictures !== undefined) {
    const { pictures, ...rest } = event;
    return { ...rest, pictures: pictures.map(({ name }) => ({ name, file: pictureFile(event.step, name) })) };
  }
  if (event.type === 'histograms') {
    const figures = Object.entries(event.values).map(([name, values]) => [name, figuresOf(values)]);
    return { ...event, values: Object.fromEntries(figures) };
  }
  return event;
}

function figuresOf(values: Float32Array): object {
  const found = histogramOf(values, 1);
  if (found === undefined) return { count: 0 };
  const { min, max, count, sum, sumOfSquares } = found;
  const mean = sum / count;
  return { count, min, max, mean, deviation: Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean)) };
}

/** Every event as one JSON object a line on `out`. */
export function createJsonReporter(out: TextStream): Reporter {
  const write = (record: object): void => {
    out.write(`${JSON.stringify(record)}\n`);
  };
  return {
    event: (event) => write(jsonOf(event)),
    engine: (engine) => write({ type: 'engine', ...engine }),
    warn: (message) => write({ type: 'warning', message }),
    note: (message) => write({ type: 'note', message }),
    close: () => {},
    summary: (summary) => write({ type: 'summary', ...summary }),
  };
}
