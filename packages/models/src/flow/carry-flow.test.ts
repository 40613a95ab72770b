import { hostTensor, ShapeError } from '@vosvfi/core';
import { describe, expect, it } from 'vitest';
import { carryFlow } from './carry-flow.js';

const [height, width] = [6, 8];
const flow = [
  4.49, 0.426, -5.622, 2.446, 0.92, -0.452, -1.249, -2.037, -0.996, 1.285, -0.474, 1.282, -4.444, -0.473, -0.51, -1.722,
  -1.903, 0.504, 7.311, -5.487, 0.497, 1.518, -0.776, 1.081, -0.619, -3.605, -1.47, 0.135, -2.321, -2.121, -0.86, 1.666,
  1.06, -4.475, -0.525, -2.012, 2.107, 1.561, -30, 4, 0.053, -4.748, 3.401, -1.096, 1.199, 0.722, -1.112, -1.34, -0.402,
  3.499, 1.189, -2.621, 4.257, 0.78, -0.593, -2.306, -0.536, 3.093, 2.205, -0.048, -1.95, -0.819, -0.642, -3.78, 1.942,
  3.7, 1.277, 1.656, 0.201, 1.658, 1.474, 2.503, -6.222, 0.768, 2.247, -1.406, -2.111, -1.761, -3.671, -1.76, 0.608,
  3.014, 1.541, -3.213, -0.978, -1.312, -2.368, -0.71, 0.057, 0.494, -0.116, 1.266, 3.092, -2.748, 1.644, -3.806,
];
/** What SciPy's `griddata(method='nearest')` makes of it, called as in the official code. */
const carried = [
  1.189, -2.621, 1.189, -2.621, 1.189, -2.621, 1.189, -2.621, 4.49, 0.426, 4.49, 0.426, -1.112, -1.34, -1.112, -1.34,
  1.189, -2.621, 1.189, -2.621, -0.593, -2.306, -0.996, 1.285, -1.47, 0.135, -0.474, 1.282, -1.112, -1.34, -1.112,
  -1.34, -0.978, -1.312, -0.776, 1.081, -0.776, 1.081, -3.671, -1.76, -1.95, -0.819, -0.474, 1.282, -0.86, 1.666, 2.247,
  -1.406, -0.978, -1.312, -0.978, -1.312, 0.497, 1.518, 0.497, 1.518, 2.107, 1.561, 2.107, 1.561, -0.86, 1.666, 2.205,
  -0.048, -2.368, -0.71, -0.978, -1.312, -0.978, -1.312, 2.107, 1.561, 2.107, 1.561, 2.107, 1.561, 4.257, 0.78, 4.257,
  0.78, -2.368, -0.71, -2.368, -0.71, 0.201, 1.658, 1.277, 1.656, 0.057, 0.494, 0.057, 0.494, 4.257, 0.78, 4.257, 0.78,
];

describe('carryFlow', () => {
  it('takes the nearest displacement that stays inside, as SciPy does', () => {
    const made = carryFlow(hostTensor(Float32Array.from(flow), [1, height, width, 2]));
    expect(made.shape).toEqual([1, height, width, 2]);
    expect([...made.data]).toEqual([...Float32Array.from(carried)]);
  });

  it('moves a small object along, and fills far places from the one displacement that stays', () => {
    const data = new Float32Array(2 * 20 * 20).fill(-50);
    data.set([7.5, 3.25], 2 * (4 * 20 + 2));
    const made = carryFlow(hostTensor(data, [1, 20, 20, 2]));
    expect([...made.data]).toEqual(Array.from({ length: 400 }, () => [7.5, 3.25]).flat());
  });

  it('gives none where everything leaves, and refuses what is no flow', () => {
    const gone = hostTensor(new Float32Array(12).fill(99), [1, 2, 3, 2]);
    expect([...carryFlow(gone).data]).toEqual(new Array(12).fill(0));
    expect(() => carryFlow(hostTensor(new Float32Array(8), [2, 1, 2, 2]))).toThrow(ShapeError);
  });
});
