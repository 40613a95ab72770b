import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { constantSchedule, createTrainControl, openRunFolder, train } from '../src/index.js';
import { fakeBatches } from './fake-batches.js';
import { fakeStep } from './fake-step.js';

it('saves and validates on request, once, beside the regular times', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vosvfi-requests-'));
  const run = await openRunFolder(folder, { recipe: {}, resume: false });
  try {
    const control = createTrainControl();
    const seen: string[] = [];
    await train({
      ...{ step: fakeStep(), batches: fakeBatches(), steps: 9, schedule: constantSchedule(0.1), run, control },
      ...{ checkpointEvery: 4, validateEvery: 5, validate: async () => ({ metrics: {} }) },
      onEvent: (event) => {
        if (event.type === 'progress' && event.step === 2) control.request('save');
        if (event.type === 'progress' && event.step === 7) control.request('validate');
        if (event.type === 'checkpoint' || event.type === 'validation') seen.push(`${event.type} ${event.step}`);
      },
    });
    expect(seen).toEqual([
      'checkpoint 2',
      'checkpoint 4',
      'validation 5',
      'validation 7',
      'checkpoint 8',
      'validation 9',
      'checkpoint 9',
    ]);
  } finally {
    await run.close();
    await rm(folder, { recursive: true });
  }
});
