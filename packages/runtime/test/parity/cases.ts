import { binaryCases, unaryCases } from './elementwise-cases.js';
import { gatheringCases } from './gathering-cases.js';
import { convolutionCases, fusedCases, samplingCases } from './image-cases.js';
import { matrixCases } from './matrix-cases.js';
import { reductionCases } from './reduction-cases.js';
import { shapingCases, slicingCases } from './shape-cases.js';
import type { ParityCase } from './trial.js';

/** All cases, in groups that are compiled together. */
export const caseGroups: Readonly<Record<string, readonly ParityCase[]>> = {
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
