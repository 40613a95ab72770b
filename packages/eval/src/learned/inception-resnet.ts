import { batchNorm, conv2d, maxPool2d } from '@vosvfi/ops';
import { type ParameterSpec, type TensorWeights, weightOf } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import { constantValues, convolutionParameters, convolve, normalValues } from './convolutions.js';

/** A convolution without bias, batch normalization, ReLU. */
interface Unit {
  readonly outputs: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride?: number;
  readonly padding?: readonly [height: number, width: number];
}

/** Branches side by side whose outputs are put one after the other, `branch0`, `branch1` and so on. */
interface Cell {
  readonly key: string;
  readonly inputs: number;
  readonly branches: readonly (readonly Unit[])[];
  /** Added to the input times this, after a 1x1 convolution back to its channels. */
  readonly residual?: { readonly scale: number; readonly isRectified: boolean };
  /** A last branch of pooled inputs: maxima with stride 2 as they are, or means through one 1x1 unit. */
  readonly pool?: 'max' | { readonly outputs: number; readonly key: string };
}

const epsilon = 1e-3;
const point = (outputs: number): Unit => ({ outputs, kernel: [1, 1] });
const square = (outputs: number): Unit => ({ outputs, kernel: [3, 3], padding: [1, 1] });
const reduce = (outputs: number): Unit => ({ outputs, kernel: [3, 3], stride: 2 });
const row = (outputs: number, size: number): Unit => ({ outputs, kernel: [1, size], padding: [0, (size - 1) / 2] });
const column = (outputs: number, size: number): Unit => ({ outputs, kernel: [size, 1], padding: [(size - 1) / 2, 0] });

const stem: readonly (Unit & { readonly key: string; readonly poolsAfter?: boolean })[] = [
  { key: 'conv2d_1a', ...reduce(32) },
  { key: 'conv2d_2a', outputs: 32, kernel: [3, 3] },
  { key: 'conv2d_2b', ...square(64), poolsAfter: true },
  { key: 'conv2d_3b', ...point(80) },
  { key: 'conv2d_4a', outputs: 192, kernel: [3, 3], poolsAfter: true },
];

function repeated(count: number, key: string, cell: Omit<Cell, 'key'>): Cell[] {
  return Array.from({ length: count }, (_, i) => ({ key: `${key}.${i}`, ...cell }));
}

const block8 = {
  inputs: 2080,
  branches: [[point(192)], [point(192), row(224, 3), column(256, 3)]],
};

/** How often the residual cells of its three sizes are repeated; 10, 20 and 9 in Inception-ResNet-v2. */
export type InceptionBlocks = readonly [large: number, middle: number, small: number];

function cellsOf([large, middle, small]: InceptionBlocks): Cell[] {
  return [
    {
      key: 'mixed_5b',
      inputs: 192,
      branches: [
        [point(96)],
        [point(48), { outputs: 64, kernel: [5, 5], padding: [2, 2] }],
        [point(64), square(96), square(96)],
      ],
      pool: { outputs: 64, key: 'branch3.1' },
    },
    ...repeated(large, 'repeat', {
      inputs: 320,
      branches: [[point(32)], [point(32), square(32)], [point(32), square(48), square(64)]],
      residual: { scale: 0.17, isRectified: true },
    }),
    { key: 'mixed_6a', inputs: 320, branches: [[reduce(384)], [point(256), square(256), reduce(384)]], pool: 'max' },
    ...repeated(middle, 'repeat_1', {
      inputs: 1088,
      branches: [[point(192)], [point(128), row(160, 7), column(192, 7)]],
      residual: { scale: 0.1, isRectified: true },
    }),
    {
      key: 'mixed_7a',
      inputs: 1088,
      branches: [
        [point(256), reduce(384)],
        [point(256), reduce(288)],
        [point(256), square(288), reduce(320)],
      ],
      pool: 'max',
    },
    ...repeated(small, 'repeat_2', { ...block8, residual: { scale: 0.2, isRectified: true } }),
    { key: 'block8', ...block8, residual: { scale: 1, isRectified: false } },
  ];
}

/** Channels of {@link inceptionResnetFeatures}. */
export const inceptionResnetChannels = 1536;

/** Names of a branch's units: a branch of a single unit has no numbers. */
function unitKey(cell: Cell, branch: number, unit: number): string {
  const name = `${cell.key}.branch${branch}`;
  return cell.branches[branch]!.length === 1 ? name : `${name}.${unit}`;
}

function unitParameters(key: string, inputs: number, { outputs, kernel }: Unit): ParameterSpec[] {
  const shape = [outputs, inputs, ...kernel];
  const deviation = Math.sqrt(2 / (inputs * kernel[0] * kernel[1]));
  const statistic = (name: string, value: number): ParameterSpec => ({
    key: `${key}.bn.${name}`,
    shape: [outputs],
    trainable: false,
    init: constantValues(outputs, value),
  });
  return [
    { key: `${key}.conv.weight`, shape, trainable: false, init: normalValues(shape, deviation) },
    statistic('weight', 1),
    statistic('bias', 0),
    statistic('running_mean', 0),
    statistic('running_var', 1),
  ];
}

function branchChannels(branches: Cell['branches']): number {
  return branches.reduce((sum, units) => sum + units.at(-1)!.outputs, 0);
}

function cellParameters(prefix: string, cell: Cell): ParameterSpec[] {
  const { branches, inputs, pool, residual, key } = cell;
  const units = branches.flatMap((branch, b) =>
    branch.flatMap((unit, u) =>
      unitParameters(prefix + unitKey(cell, b, u), u === 0 ? inputs : branch[u - 1]!.outputs, unit),
    ),
  );
  const pooled =
    typeof pool === 'object' ? unitParameters(`${prefix}${key}.${pool.key}`, inputs, point(pool.outputs)) : [];
  const back =
    residual === undefined ? [] : convolutionParameters(`${prefix}${key}.conv2d`, branchChannels(branches), inputs, 1);
  return [...units, ...pooled, ...back];
}

/** What {@link inceptionResnetFeatures} reads: timm's names after `prefix`, but for the counters of batches. */
export function inceptionResnetParameters(prefix: string, blocks: InceptionBlocks): ParameterSpec[] {
  return [
    ...stem.flatMap((unit, i) => unitParameters(prefix + unit.key, i === 0 ? 3 : stem[i - 1]!.outputs, unit)),
    ...cellsOf(blocks).flatMap((cell) => cellParameters(prefix, cell)),
    ...unitParameters(`${prefix}conv2d_7b`, 2080, point(inceptionResnetChannels)),
  ];
}

/**
 * The last features of Inception-ResNet-v2 (Szegedy et al., AAAI 2017), as timm has it.
 * @param x [B, H, W, 3] in -1..1, H and W at least 75; 299 is what it was trained for.
 * @returns [B, h, w, 1536]; 8x8 for 299x299.
 */
export function inceptionResnetFeatures(
  weights: TensorWeights,
  prefix: string,
  blocks: InceptionBlocks,
  x: tf.Tensor4D,
): tf.Tensor4D {
  let current = x;
  for (const unit of stem) {
    current = apply(weights, prefix + unit.key, unit, current);
    if (unit.poolsAfter) current = maxPool2d(current, { kernel: 3, stride: 2 });
  }
  for (const cell of cellsOf(blocks)) current = applyCell(weights, prefix, cell, current);
  return apply(weights, `${prefix}conv2d_7b`, point(inceptionResnetChannels), current);
}

function apply(
  weights: TensorWeights,
  key: string,
  { stride = 1, padding = [0, 0] }: Unit,
  x: tf.Tensor4D,
): tf.Tensor4D {
  const product = conv2d(x, weightOf(weights, `${key}.conv.weight`), undefined, { stride, padding });
  const statistics = {
    weight: weightOf(weights, `${key}.bn.weight`),
    bias: weightOf(weights, `${key}.bn.bias`),
    mean: weightOf(weights, `${key}.bn.running_mean`),
    variance: weightOf(weights, `${key}.bn.running_var`),
  };
  return tf.relu(batchNorm(product, statistics, epsilon));
}

function applyCell(weights: TensorWeights, prefix: string, cell: Cell, x: tf.Tensor4D): tf.Tensor4D {
  const outputs = cell.branches.map((branch, b) =>
    branch.reduce((current, unit, u) => apply(weights, prefix + unitKey(cell, b, u), unit, current), x),
  );
  if (cell.pool === 'max') outputs.push(maxPool2d(x, { kernel: 3, stride: 2 }));
  else if (cell.pool !== undefined) {
    outputs.push(
      apply(weights, `${prefix}${cell.key}.${cell.pool.key}`, point(cell.pool.outputs), meanOfNeighbours(x)),
    );
  }
  const joined = tf.concat(outputs, 3);
  if (cell.residual === undefined) return joined;
  const { scale, isRectified } = cell.residual;
  const sum = tf.add(tf.mul(convolve(weights, `${prefix}${cell.key}.conv2d`, joined), scale), x) as tf.Tensor4D;
  return isRectified ? tf.relu(sum) : sum;
}

/** Mean of the 3x3 neighbourhood as far as it is inside the picture. */
function meanOfNeighbours(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 3, 1, 'same');
}
