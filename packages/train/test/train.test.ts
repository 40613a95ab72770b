import { readFile } from 'node:fs/promises';
import { hostTensor, TrainingError } from '@vosvfi/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { constantSchedule, createTrainControl, type TrainEvent, train } from '../src/index.js';
import { fakeBatches } from './fake-batches.js';
import { fakeStep } from './fake-step.js';

const schedule = constantSchedule(0.1);
afterEach(() => {
  vi.restoreAllMocks();
});

/** Stops the clock: time passes only where the test says so, however busy the machine is. */
function handTime(): { spend(seconds: number): void } {
  let milliseconds = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => milliseconds);
  return {
    spend: (seconds) => {
      milliseconds += seconds * 1000;
    },
  };
}

/** Resolves in a later turn of the event loop. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('train', () => {
  it('takes every step once, in order, at the schedule’s rate, and reports progress with a falling ETA', async () => {
    const step = fakeStep();
    const batches = fakeBatches();
    const events: TrainEvent[] = [];
    const summary = await train({
      step,
      batches,
      steps: 12,
      schedule: (i) => 0.1 / (i + 1),
      onEvent: (event) => events.push(event),
    });
    expect(summary).toMatchObject({ status: 'completed', step: 12, skipped: 0 });
    expect(batches.asked).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(step.rates).toEqual(Array.from({ length: 12 }, (_, i) => 0.1 / (i + 1)));
    const progress = events.filter((event) => event.type === 'progress');
    expect(progress.map((event) => event.step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(progress.at(-1)).toMatchObject({ etaSeconds: 0, steps: 12, terms: summary.last?.terms });
    expect(progress[0]).toMatchObject({ skipped: 0, gradientNorm: expect.any(Number) });
    expect(progress[0]?.etaSeconds).toBeGreaterThan(0);
  });

  it('learns: the loss falls', async () => {
    const step = fakeStep();
    const batches = fakeBatches();
    const first = await train({ step, batches, steps: 1, schedule });
    const last = await train({ step, batches, steps: 100, schedule });
    expect(last.last?.total).toBeLessThan(first.last?.total as number);
  });

  it('prepares batches while the step runs, and reports the time it waited for them', async () => {
    const time = handTime();
    const prepared = new Set<number>();
    let batchIsPrepared = () => {};
    const inner = fakeStep();
    const source = fakeBatches();
    let steps = 0;
    const summary = await train({
      step: {
        ...inner,
        run: async (inputs, options) => {
          // Ends no sooner than the two batches ahead are there: without them the run would hang.
          const ahead = Math.min(5, ++steps + 2);
          while (prepared.size < ahead) {
            await new Promise<void>((resolve) => {
              batchIsPrepared = resolve;
            });
          }
          time.spend(2);
          return inner.run(inputs, options);
        },
      },
      batches: {
        ...source,
        batch: async (i) => {
          await nextTurn();
          if (i === 0) time.spend(10);
          prepared.add(i);
          batchIsPrepared();
          return source.batch(i);
        },
      },
      steps: 5,
      schedule,
    });
    expect(prepared.size).toBe(5);
    expect(summary.seconds).toBe(20);
    expect(summary.dataWaitShare).toBe(0.5);
  });

  it('passes on an error of the batch source at the step that needed the batch', async () => {
    const batches = fakeBatches();
    const failing = {
      ...batches,
      batch: async (step: number) => {
        if (step === 3) throw new Error('damaged image');
        return batches.batch(step);
      },
    };
    const events: TrainEvent[] = [];
    const run = train({ step: fakeStep(), batches: failing, steps: 9, schedule, onEvent: (e) => events.push(e) });
    await expect(run).rejects.toThrow('damaged image');
    expect(events.filter((event) => event.type === 'progress')).toHaveLength(3);
  });

  it('validates every so many steps and after the last', async () => {
    const at: number[] = [];
    const pictures = [{ name: 'first', frame: { data: new Uint8Array(3), width: 1, height: 1 } }];
    const validate = async (step: number) => {
      at.push(step);
      return { metrics: { psnr: step }, pictures };
    };
    const events: TrainEvent[] = [];
    const onEvent = (event: TrainEvent) => events.push(event);
    await train({ step: fakeStep(), batches: fakeBatches(), steps: 7, schedule, validate, validateEvery: 3, onEvent });
    expect(at).toEqual([3, 6, 7]);
    expect(events.filter((event) => event.type === 'validation')).toEqual(
      at.map((step) => ({ type: 'validation', step, metrics: { psnr: step }, pictures })),
    );
  });

  it('reports weights, or what it is told to, for histograms every so many steps', async () => {
    const events: TrainEvent[] = [];
    const step = fakeStep();
    const options = { batches: fakeBatches(), steps: 5, schedule, onEvent: (event: TrainEvent) => events.push(event) };
    await train({ ...options, step, histogramEvery: 5 });
    const found = events.filter((event) => event.type === 'histograms');
    expect(found).toEqual([{ type: 'histograms', step: 5, values: { w: step.weights().get('w')?.data } }]);
    events.length = 0;
    const values = { own: Float32Array.of(1, 2) };
    await train({ ...options, step: fakeStep(), histogramEvery: 2, histograms: async () => values });
    expect(events.filter((event) => event.type === 'histograms').map((event) => event.step)).toEqual([2, 4]);
  });

  it('pauses between steps, and leaves the pause out of pace and duration', async () => {
    const time = handTime();
    const control = createTrainControl();
    const events: TrainEvent[] = [];
    const resume = async () => {
      await nextTurn();
      time.spend(300);
      control.continue();
    };
    const summary = await train({
      step: fakeStep(),
      batches: fakeBatches(),
      steps: 4,
      schedule,
      control,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'progress') time.spend(1);
        if (event.type === 'progress' && event.step === 2) control.pause();
        if (event.type === 'paused') void resume();
      },
    });
    expect(events.map(({ type, step }) => `${type} ${step}`)).toEqual([
      'progress 1',
      'progress 2',
      'paused 2',
      'continued 2',
      'progress 3',
      'progress 4',
    ]);
    const continued = events.find((event) => event.type === 'continued');
    expect(continued?.pausedSeconds).toBe(300);
    expect(summary.seconds).toBe(4);
    expect(summary.status).toBe('completed');
  });

  it('an interruption ends a pause', async () => {
    const [control, stop] = [createTrainControl(), new AbortController()];
    control.pause();
    const run = train({
      ...{ step: fakeStep(), batches: fakeBatches(), steps: 4, schedule, control, signal: stop.signal },
      onEvent: (event) => event.type === 'paused' && stop.abort(),
    });
    expect(await run).toMatchObject({ status: 'interrupted', step: 0 });
  });

  it('stops at a value that is not finite, naming term, step and what of the batch was to blame', async () => {
    const options = { step: fakeStep(), batches: fakeBatches({ poison: (i) => i === 4 }), steps: 9, schedule };
    await expect(train(options)).rejects.toThrow(TrainingError);
    await expect(train({ ...options, step: fakeStep() })).rejects.toThrow(
      'Step 5: loss term "distance" is NaN, because input "x" of the batch holds 4 values that are not finite ' +
        '(sample 0; 1; 2; 3) (learning rate 0.1). The weights are as before this step. Mend or leave out that sample.',
    );
    const names = async (step: number) => [0, 1, 2, 3].map((slot) => `clip ${step}/${slot}`);
    const named = fakeBatches({ poison: (i) => i === 4, names });
    await expect(train({ ...options, step: fakeStep(), batches: named })).rejects.toThrow(/sample 0, "clip 4\/0"; 1, /);
  });

  it('names total or gradient where all terms are finite', async () => {
    const result = { terms: { a: 1 }, applied: false };
    const broken = (total: number, gradientNorm: number) => ({
      ...fakeStep(),
      run: async () => ({ ...result, total, gradientNorm }),
    });
    const options = { batches: fakeBatches(), steps: 1, schedule };
    await expect(train({ ...options, step: broken(Number.NaN, 1) })).rejects.toThrow(/total loss is NaN/);
    await expect(train({ ...options, step: broken(1, Infinity) })).rejects.toThrow(/gradient's norm is Infinity/);
  });

  it('names a weight that was not finite before the step', async () => {
    const step = fakeStep();
    step.restore(new Map([['w', hostTensor(Float32Array.of(1, Number.POSITIVE_INFINITY, 1, 1), [4])]]), step.state());
    const run = train({ step, batches: fakeBatches(), steps: 1, schedule });
    await expect(run).rejects.toThrow(/loss term "distance" is Infinity, because weight "w" was not finite before it/);
  });

  it('skips and counts such steps if told to, but not for ever', async () => {
    const poison = (i: number): boolean => i === 1 || i === 4;
    const options = { steps: 6, schedule, nonFinite: 'skip' as const };
    const summary = await train({ ...options, step: fakeStep(), batches: fakeBatches({ poison }) });
    expect(summary).toMatchObject({ status: 'completed', step: 6, skipped: 2 });
    const hopeless = fakeBatches({ poison: () => true });
    await expect(train({ ...options, step: fakeStep(), batches: hopeless, skipLimit: 3 })).rejects.toThrow(
      /Step 3: .*3 steps in a row/,
    );
  });

  it('names an option that is out of range', async () => {
    const options = { step: fakeStep(), batches: fakeBatches(), schedule };
    await expect(train({ ...options, steps: 0 })).rejects.toThrow(/steps: expected a whole number >= 1/);
    await expect(train({ ...options, steps: 5, logEvery: 0.5 })).rejects.toThrow(/logEvery/);
  });

  it('stays readable: the loop is one file of fewer than 300 lines', async () => {
    const text = await readFile(new URL('../src/train.ts', import.meta.url), 'utf8');
    expect(text.split('\n').length).toBeLessThan(300);
  });
});
