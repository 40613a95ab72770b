import { CheckpointError } from '@vosvfi/core';
import { elementsOf, readSafetensors, type StoredTensor } from '@vosvfi/core/safetensors';
import type { RegressionForest } from './forest.js';

/** Features that each forest looks at: local frequency, wavelet, spatial. */
const FEATURES = [18, 45, 75] as const;

/** What the score of Ma et al. was trained to. */
export interface MaParameters {
  /** For local frequency, wavelet and spatial features. */
  readonly forests: readonly [RegressionForest, RegressionForest, RegressionForest];
  /** Weights of 1 and of what the forests say. */
  readonly linear: Float64Array;
}

/** How a file of parameters must be made; the authors' MAT file is not read here. */
export const maLayout =
  'The authors publish `model.mat` (chaoma99/sr-metric), which is not read here: write it as ma.safetensors with ' +
  '"linear" [4] (model.linear) and, for i = 0, 1, 2, "forests.i.left", ".right", ".threshold", ".prediction" and ' +
  '".feature", each [nodes, trees] (lDau, rDau, upper, avnode and mbest of model.rf{i+1}, unchanged).';

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * Parameters from a safetensors file: `linear` [4], and `forests.0` to `forests.2` with `left`, `right`, `feature` (counted
 * from 1), `threshold` and `prediction`, each [nodes, trees], of any type of number.
 * @throws CheckpointError naming the file and what is wrong.
 */
export async function readMaParameters(path: string): Promise<MaParameters> {
  if (!path.endsWith('.safetensors')) {
    throw new CheckpointError(path, 'is no safetensors file.', { hint: maLayout });
  }
  const { tensors } = await readSafetensors(path);
  const linear = valuesOf(path, tensors, 'linear');
  if (linear.length !== 4) {
    throw new CheckpointError(path, `tensor "linear": expected 4 values, found ${linear.length}.`, { hint: maLayout });
  }
  const forest = (index: 0 | 1 | 2) => readForest(path, tensors, index);
  return { linear, forests: [forest(0), forest(1), forest(2)] };
}

function readForest(path: string, tensors: Tensors, index: 0 | 1 | 2): RegressionForest {
  const name = (part: string): string => `forests.${index}.${part}`;
  const shape = tensorOf(path, tensors, name('left')).shape;
  const [nodes = 0, trees = 0] = shape;
  if (shape.length !== 2 || nodes * trees === 0) {
    throw new CheckpointError(path, `tensor "${name('left')}": expected [nodes, trees], found [${shape.join(', ')}].`);
  }
  const values = (part: string): Float64Array => {
    const found = tensorOf(path, tensors, name(part)).shape;
    if (found.length === 2 && found[0] === nodes && found[1] === trees) return valuesOf(path, tensors, name(part));
    throw new CheckpointError(
      path,
      `tensor "${name(part)}": expected [${nodes}, ${trees}], found [${found.join(', ')}].`,
    );
  };
  const indices = (part: string, most: number): Int32Array => {
    const found = values(part);
    const wrong = found.find((value) => !(Number.isInteger(value) && value >= 0 && value <= most));
    if (wrong === undefined) return Int32Array.from(found);
    throw new CheckpointError(path, `tensor "${name(part)}": expected whole numbers 0..${most}, found ${wrong}.`);
  };
  return {
    ...{ nodes, trees, left: indices('left', nodes), right: indices('right', nodes) },
    feature: indices('feature', FEATURES[index]),
    threshold: values('threshold'),
    prediction: values('prediction'),
  };
}

function tensorOf(path: string, tensors: Tensors, name: string): StoredTensor {
  const tensor = tensors.get(name);
  if (tensor !== undefined) return tensor;
  throw new CheckpointError(path, `has no tensor "${name}".`, { hint: maLayout });
}

function valuesOf(path: string, tensors: Tensors, name: string): Float64Array {
  return Float64Array.from(elementsOf(tensorOf(path, tensors, name)) as ArrayLike<number>, Number);
}
