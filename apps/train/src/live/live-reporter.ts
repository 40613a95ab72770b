import type { ReadStream } from 'node:tty';
import type { TrainControl } from '@vosvfi/train';
import { createLogUpdate } from 'log-update';
import { createTextReporter, type Reporter, type TextStream } from '../reporter.js';
import { listenToKeys } from './keys.js';
import { liveLines } from './live-lines.js';
import { createLiveTracker } from './live-state.js';

/** What the live view shows and steers. */
export interface LiveOptions {
  readonly out: TextStream;
  readonly err: NodeJS.WriteStream;
  /** Keys are listened to if it is a terminal. */
  readonly stdin: ReadStream;
  readonly runFolder: string;
  readonly batchSize: number;
  readonly control: TrainControl;
  /** Finishes the step, saves and ends the run. */
  readonly quit: () => void;
}

/** Milliseconds between drawings. */
const drawInterval = 250;

/** True where lines can be redrawn: a terminal that nobody asked to be plain (`NO_COLOR`, `CI`, `TERM=dumb`). */
export function canShowLive(stream: TextStream, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { CI, NO_COLOR, TERM } = environment;
  return stream.isTTY === true && !CI && !NO_COLOR && TERM !== 'dumb';
}

/**
 * A few lines on `err` that are redrawn while the run goes on, with messages and validations above them, and keys to pause,
 * save, validate and quit. The terminal is as before after `close`.
 */
export function createLiveReporter(options: LiveOptions): Reporter {
  const { out, err, stdin, control, quit, runFolder, batchSize } = options;
  const draw = createLogUpdate(err);
  const tracker = createLiveTracker();
  const started = performance.now();
  let pending: string | undefined;
  let isClosed = false;

  const redraw = (): void => {
    const lines = liveLines(tracker.state, {
      ...{ runFolder, batchSize, pending, hasKeys: stdin.isTTY && !isClosed },
      seconds: (performance.now() - started) / 1000,
      residentBytes: process.memoryUsage.rss(),
      columns: err.columns ?? 80,
    });
    draw(lines.join('\n'));
  };
  const after = (text: string, act: () => void) => (): void => {
    pending = text;
    act();
    redraw();
  };
  const pause = after('pausing after this step', () => control.pause());
  const go = after('continuing', () => control.continue());
  const stopKeys = stdin.isTTY
    ? listenToKeys(stdin, {
        p: () => (control.isPaused ? go() : pause()),
        s: after('saving after this step', () => control.request('save')),
        v: after('validating after this step', () => control.request('validate')),
        q: after('saving and quitting after this step', quit),
      })
    : () => {};
  const timer = setInterval(redraw, drawInterval).unref();
  // Messages are those of the plain reporter, above the view.
  const messages = createTextReporter(out, { write: (text) => draw.persist(text.replace(/\n$/, '')) });
  const fulfilled = new Set(['paused', 'continued', 'checkpoint', 'validation']);
  return {
    ...messages,
    event: (event) => {
      tracker.event(event);
      if (fulfilled.has(event.type)) pending = undefined;
      if (event.type !== 'progress') messages.event(event);
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      clearInterval(timer);
      stopKeys();
      if (tracker.state.progress !== undefined) redraw();
      draw.done();
    },
  };
}
