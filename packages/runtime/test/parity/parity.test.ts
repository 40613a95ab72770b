import { describe, expect, it } from 'vitest';
import { caseGroups } from './cases.js';
import { checkParity } from './harness.js';
import { loweredKernels, watchKernels } from './watch-kernels.js';

const called = watchKernels();

describe('engine graph equals engine cpu, values and gradients', () => {
  it.each(Object.entries(caseGroups))('%s', async (_, cases) => {
    called.clear();
    await checkParity(cases);
    const promised = cases.flatMap(({ kernels }) => kernels);
    expect(promised.filter((kernel) => !called.has(kernel))).toEqual([]);
  });
});

it('has a case for every kernel of the graph engine', () => {
  const covered = new Set(Object.values(caseGroups).flatMap((cases) => cases.flatMap(({ kernels }) => kernels)));
  expect(loweredKernels().filter((kernel) => !covered.has(kernel))).toEqual([]);
});
