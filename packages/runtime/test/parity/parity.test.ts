import { describe, expect, it } from 'vitest';
import { binaryCases, unaryCases } from './elementwise-cases.js';
import { checkParity, loweredKernels, type ParityCase, watchKernels } from './harness.js';
import { convolutionCases, fusedCases, samplingCases } from './image-cases.js';
import { gatheringCases, matrixCases, reductionCases } from './reduction-cases.js';
import { shapingCases, slicingCases } from './shape-cases.js';

const groups: Readonly<Record<string, readonly ParityCase[]>> = {
  'functions of one tensor': unaryCases,
  'functions of two tensors': binaryCases,
  shaping: shapingCases,
  slicing: slicingCases,
  reductions: reductionCases,
  'matrix products': matrixCases,
  gathering: gatheringCases,
  convolutions: convolutionCases,
  'fused kernels': fusedCases,
  'pooling and resizing': samplingCases,
};

const called = watchKernels();

describe('engine graph equals engine cpu, values and gradients', () => {
  it.each(Object.entries(groups))('%s', async (_, cases) => {
    called.clear();
    await checkParity(cases);
    const promised = cases.flatMap(({ kernels }) => kernels);
    expect(promised.filter((kernel) => !called.has(kernel))).toEqual([]);
  });
});

it('has a case for every kernel of the graph engine', () => {
  const covered = new Set(Object.values(groups).flatMap((cases) => cases.flatMap(({ kernels }) => kernels)));
  expect(loweredKernels().filter((kernel) => !covered.has(kernel))).toEqual([]);
});
