import { stripVTControlCharacters } from 'node:util';
import type { ProgressEvent } from '@vosvfi/train';
import { describe, expect, it } from 'vitest';
import { type LiveContext, liveLines } from './live-lines.js';
import { canShowLive } from './live-reporter.js';
import { createLiveTracker } from './live-state.js';
import { bar, sparkline } from './sparkline.js';

const progress = (step: number, total = 1 / step): ProgressEvent => ({
  type: 'progress',
  ...{ step, steps: 200, total, terms: { reconstruction: total }, learningRate: 1e-4, gradientNorm: 0.5, skipped: 0 },
  ...{ secondsPerStep: 0.5, etaSeconds: 65, dataWaitShare: 0.021 },
});
const context: LiveContext = {
  ...{ runFolder: 'runs/a', batchSize: 4, seconds: 3, residentBytes: 2 ** 30, pending: undefined, hasKeys: true },
  columns: 80,
};
const plain = (lines: readonly string[]): string => stripVTControlCharacters(lines.join('\n'));

describe('sparkline', () => {
  it('shows the course of values, of many by their means, of wide ones by their logarithms', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([1, 3, Number.NaN, 5, 7, 9, 11], 3)).toBe('▁▅█');
    expect(sparkline([1, 10, 100], 3)).toBe('▁▅█');
    expect(sparkline([2, 2], 5)).toBe('▁▁');
    expect(sparkline([], 5)).toBe('');
    expect(bar(0.5, 4)).toBe('━━──');
  });
});

describe('live view', () => {
  it('shows loss, terms, rate, norm, speed, waiting, memory and the best validation', () => {
    const tracker = createLiveTracker();
    expect(plain(liveLines(tracker.state, context))).toContain('preparing');
    tracker.event(progress(99));
    tracker.event({ type: 'validation', step: 99, metrics: { psnr: 28.5, error: 0.2 } });
    tracker.event({ type: 'checkpoint', step: 99, path: 'x' });
    tracker.event({ ...progress(100), skipped: 2 });
    tracker.event({ type: 'validation', step: 100, metrics: { psnr: 28.25, error: 0.1 } });
    const text = plain(liveLines(tracker.state, { ...context, pending: 'saving after this step' }));
    for (const part of [
      ...['step 100/200  50 %', 'ETA 1 min 05 s', 'loss 0.01', 'reconstruction 0.0100', 'rate 1.0e-4', 'gradient 0.5'],
      ...['8 samples/s', 'waiting for data 2.1 %', '1.0 GiB', 'left out 2', 'saved 99', '[saving after this step]'],
      ...['validation 100: psnr 28.25 (best 28.5 at 99)', 'error 0.1 (best)', 'p pause'],
    ]) {
      expect(text).toContain(part);
    }
  });

  it('says that it is paused, and fits the terminal', () => {
    const tracker = createLiveTracker();
    for (let step = 1; step <= 5000; step += 1) tracker.event(progress(step));
    expect(tracker.state.losses.length).toBeLessThan(2000);
    expect(tracker.state.losses[0]).toBeGreaterThan(tracker.state.losses.at(-1) as number);
    tracker.event({ type: 'paused', step: 5000 });
    for (const columns of [20, 40, 80, 200]) {
      const lines = liveLines(tracker.state, { ...context, columns, runFolder: '/a/very/long/path/to/runs/of/a/kind' });
      for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
    }
    expect(plain(liveLines(tracker.state, context))).toMatch(/paused[\s\S]*p continue/);
    tracker.event({ type: 'continued', step: 5000, pausedSeconds: 3 });
    expect(plain(liveLines(tracker.state, context))).not.toContain('paused');
  });

  it('is for terminals that nobody wants plain', () => {
    const terminal = { isTTY: true, write: () => {} };
    expect(canShowLive(terminal, {})).toBe(true);
    expect(canShowLive({ write: () => {} }, {})).toBe(false);
    for (const variable of [{ CI: 'true' }, { NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect(canShowLive(terminal, variable)).toBe(false);
    }
  });
});
