import type { TrainEvent } from '@vosvfi/train';
import { describe, expect, it } from 'vitest';
import { formatSeconds } from './format-duration.js';
import { createJsonReporter, createTextReporter, type TextStream } from './reporter.js';

function sink(isTTY = false): TextStream & { readonly text: () => string } {
  const parts: string[] = [];
  return { isTTY, columns: 200, write: (part) => parts.push(part), text: () => parts.join('') };
}

const progress = (step: number): TrainEvent => ({
  type: 'progress',
  step,
  steps: 3,
  learningRate: 1e-4,
  total: 0.0213,
  terms: { reconstruction: 0.02, geometry: 0.0013 },
  gradientNorm: 1.5,
  skipped: 0,
  secondsPerStep: 0.25,
  etaSeconds: 125,
  dataWaitShare: 0.021,
});
const summary = {
  status: 'interrupted',
  endedBy: 'signal',
  step: 2,
  skipped: 1,
  seconds: 61,
  dataWaitShare: 0,
  runFolder: 'runs/x',
} as const;

const engine = {
  engine: 'graph',
  library: 'onnxruntime-node',
  version: '1.30.0',
  device: 'cpu',
  threads: 2,
} as const;

describe('reporter', () => {
  it('formats durations', () => {
    expect([0.4, 59.7, 125, 3660].map(formatSeconds)).toEqual(['0 s', '1 min 00 s', '2 min 05 s', '1 h 01 min']);
  });

  it('rewrites one line on a terminal, with terms and ETA, and ends it before other text', () => {
    const err = sink(true);
    const reporter = createTextReporter(sink(), err);
    reporter.event(progress(1));
    reporter.event(progress(2));
    reporter.warn('careful');
    expect(err.text()).toBe(
      [
        '\r\u001b[2Kstep 1/3 | loss 0.02130 (reconstruction 0.0200, geometry 0.00130) | rate 1.0e-4 | 0.25 s/step | waiting for data 2 % | ETA 2 min 05 s',
        '\r\u001b[2Kstep 2/3 | loss 0.02130 (reconstruction 0.0200, geometry 0.00130) | rate 1.0e-4 | 0.25 s/step | waiting for data 2 % | ETA 2 min 05 s',
        '\r\u001b[2KWarning: careful\n',
      ].join(''),
    );
  });

  it('writes a line now and then, and the last, where there is no terminal', () => {
    const err = sink();
    let seconds = 0;
    const reporter = createTextReporter(sink(), err, () => seconds);
    for (const step of [1, 2, 3]) {
      seconds += 1;
      reporter.event(progress(step));
    }
    expect(
      err
        .text()
        .split('\n')
        .map((line) => line.slice(0, 8)),
    ).toEqual(['step 1/3', 'step 3/3', '']);
  });

  it('puts the result on the other stream and says how to go on', () => {
    const out = sink();
    createTextReporter(out, sink()).summary(summary);
    expect(out.text()).toContain('Interrupted at step 2 after 1 min 01 s');
    expect(out.text()).toContain('not finite: 1.');
    expect(out.text()).toContain('--resume');
  });

  it('says why a run ended early, and what was best', () => {
    const out = sink();
    const best = { step: 1, value: 31.25 };
    const reason = '"psnr" has not been better than 31.25 for 2 validations';
    createTextReporter(out, sink()).summary({ ...summary, status: 'completed', endedBy: 'early-stop', reason, best });
    expect(out.text()).toContain('Completed at step 2');
    expect(out.text()).toContain(`Ended early: ${reason}.\nBest validation: 31.25 after step 1.`);
  });

  it('says what runs the network', () => {
    const err = sink();
    createTextReporter(sink(), err).engine(engine);
    expect(err.text()).toBe('engine graph (onnxruntime-node 1.30.0, cpu, 2 threads)\n');
  });

  it('writes JSON lines', () => {
    const out = sink();
    const reporter = createJsonReporter(out);
    reporter.engine(engine);
    reporter.event(progress(1));
    reporter.summary(summary);
    const lines = out
      .text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([{ type: 'engine', ...engine }, progress(1), { type: 'summary', ...summary }]);
  });
});
