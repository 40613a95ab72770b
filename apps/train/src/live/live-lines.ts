import { styleText } from 'node:util';
import { formatSeconds } from '../format-duration.js';
import { digits } from '../metrics/metric-facts.js';
import type { LiveState, MetricState } from './live-state.js';
import { bar, sparkline } from './sparkline.js';

/** What {@link liveLines} needs beside the state. */
export interface LiveContext {
  readonly runFolder: string;
  readonly batchSize: number;
  /** Seconds since the program began to prepare the run. */
  readonly seconds: number;
  readonly residentBytes: number;
  /** What is about to happen: "saving after this step". */
  readonly pending: string | undefined;
  /** True if keys are listened to. */
  readonly hasKeys: boolean;
  readonly columns: number;
}

const between = ' · ';
/** Characters of the run folder's path that are shown. */
const longestPath = 24;

/** The lines of the live view, none wider than the terminal. */
export function liveLines(state: LiveState, context: LiveContext): string[] {
  const { progress } = state;
  if (progress === undefined) {
    return [
      cut(
        `${context.runFolder}  preparing: reading data, compiling the training step (${formatSeconds(context.seconds)})`,
        context,
      ),
    ];
  }
  const { step, steps, total, terms, learningRate, gradientNorm, secondsPerStep, dataWaitShare, skipped } = progress;
  const share = step / steps;
  const head = `${shortened(context.runFolder)}  step ${step}/${steps}  ${Math.floor(share * 100)} % `;
  const eta = state.isPaused ? ' paused' : ` ETA ${formatSeconds(progress.etaSeconds)}`;
  const barWidth = Math.min(40, context.columns - head.length - eta.length - 1);
  const loss = `loss ${digits(total)} `.padEnd(16);
  const facts = [
    `rate ${learningRate.toExponential(1)}`,
    `gradient ${digits(gradientNorm)}`,
    `${digits(secondsPerStep > 0 ? context.batchSize / secondsPerStep : 0)} samples/s`,
    `${secondsPerStep.toFixed(2)} s/step`,
    `waiting for data ${(100 * dataWaitShare).toFixed(1)} %`,
    `${(context.residentBytes / 2 ** 30).toFixed(1)} GiB`,
    ...(skipped > 0 ? [`left out ${skipped}`] : []),
    ...(state.savedStep === undefined ? [] : [`saved ${state.savedStep}`]),
  ];
  const parts = Object.entries(terms).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  return [
    barWidth < 1 ? cut(head + eta, context) : head + styleText('cyan', bar(share, barWidth)) + styleText('yellow', eta),
    `${loss}${styleText('green', sparkline(state.losses, Math.max(0, Math.min(60, context.columns - loss.length - 1))))}`,
    ...wrap(parts, context.columns),
    ...wrap(facts, context.columns),
    ...(state.validationStep === undefined
      ? []
      : wrap(validationParts(state.validationStep, state.metrics), context.columns)),
    ...(context.hasKeys ? [keyLine(state.isPaused, context)] : []),
  ];
}

function validationParts(step: number, metrics: ReadonlyMap<string, MetricState>): string[] {
  return [...metrics].map(([name, { last, best, bestStep }], i) => {
    const note = bestStep === step ? 'best' : `best ${digits(best)} at ${bestStep}`;
    return `${i === 0 ? `validation ${step}: ` : ''}${name} ${digits(last)} (${note})`;
  });
}

function keyLine(isPaused: boolean, context: LiveContext): string {
  const keys = `p ${isPaused ? 'continue' : 'pause'}${between}s save now${between}v validate now${between}q save and quit`;
  return styleText('dim', cut(context.pending === undefined ? keys : `[${context.pending}]  ${keys}`, context));
}

/** Parts joined into lines that fit. */
function wrap(parts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + between.length + part.length < columns) {
      lines[lines.length - 1] = last + between + part;
    } else lines.push(part.slice(0, columns - 1));
  }
  return lines;
}

/** The end of a path that is long. */
function shortened(path: string): string {
  return path.length > longestPath ? `…${path.slice(1 - longestPath)}` : path;
}

function cut(text: string, { columns }: LiveContext): string {
  return text.slice(0, Math.max(0, columns - 1));
}
