import * as tf from '../tf.js';
import { GRAPH_BACKEND } from './graph-backend-name.js';
import { arithmeticKernels } from './kernels/arithmetic.js';
import { blockLayoutKernels } from './kernels/block-layout.js';
import { comparisonKernels } from './kernels/comparison.js';
import { convolutionKernels } from './kernels/convolution.js';
import { depthwiseConvolutionKernels } from './kernels/depthwise-convolution.js';
import { fillingKernels } from './kernels/filling.js';
import { fusedKernels } from './kernels/fused.js';
import { gatheringKernels } from './kernels/gathering.js';
import { matrixKernels } from './kernels/matrix.js';
import { normalizationKernels } from './kernels/normalization.js';
import { poolingKernels } from './kernels/pooling.js';
import { reductionKernels } from './kernels/reductions.js';
import { resizingKernels } from './kernels/resizing.js';
import { shapingKernels } from './kernels/shaping.js';
import { slicingKernels } from './kernels/slicing.js';
import { unaryKernels } from './kernels/unary.js';
import { TraceBackend } from './trace-backend.js';

let backend: TraceBackend | undefined;

/** The tracing back-end, registered with tfjs on first use. */
export function traceBackend(): TraceBackend {
  if (backend !== undefined) return backend;
  const created = new TraceBackend();
  tf.registerBackend(GRAPH_BACKEND, () => created, 0);
  for (const kernel of loweredKernels) tf.registerKernel(kernel);
  backend = created;
  return created;
}

const loweredKernels: readonly tf.KernelConfig[] = [
  ...arithmeticKernels,
  ...blockLayoutKernels,
  ...comparisonKernels,
  ...convolutionKernels,
  ...depthwiseConvolutionKernels,
  ...fillingKernels,
  ...fusedKernels,
  ...gatheringKernels,
  ...matrixKernels,
  ...normalizationKernels,
  ...poolingKernels,
  ...reductionKernels,
  ...resizingKernels,
  ...shapingKernels,
  ...slicingKernels,
  ...unaryKernels,
];
