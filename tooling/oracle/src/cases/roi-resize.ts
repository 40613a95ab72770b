import { resizeBilinear, resizeNearest, roiAlign, roiResize } from '@vosvfi/ops';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase } from '../case.js';
import { runFunction, storedInput, toStored } from './run-function.js';

type Resize = (x: tf.Tensor, boxes: tf.Tensor) => tf.Tensor;

function align(size: [number, number], aligned: boolean, samplingRatio?: number): Resize {
  const ratio = samplingRatio === undefined ? {} : { samplingRatio };
  return (x, boxes) => roiAlign(x, boxes, { size, aligned, ...ratio });
}

/** Boxes that the formula is stored for: all but the last, whose sides are swapped. */
function proper(boxes: tf.Tensor): tf.Tensor {
  return tf.slice(boxes, [0, 0], [6, 5]);
}

/** Rows 3 to 10, columns 4 to 12. */
function cut(x: tf.Tensor): tf.Tensor {
  return tf.slice(x, [0, 3, 4, 0], [x.shape[0]!, 8, 9, x.shape[3]!]);
}

const aligns = [true, false].flatMap((aligned): (readonly [string, Resize])[] => {
  const name = aligned ? 'align1' : 'align0';
  return [
    [`${name}_srauto_6x5`, align([6, 5], aligned)],
    [`${name}_sr1_6x5`, align([6, 5], aligned, 1)],
    [`${name}_sr1_8x8`, align([8, 8], aligned, 1)],
    [`${name}_sr2_6x5`, align([6, 5], aligned, 2)],
  ];
});

/** What is stored with a loss and a gradient. */
const resizes: Readonly<Record<string, Resize>> = {
  ...Object.fromEntries(aligns),
  formula_7x9: (x, boxes) => roiResize(x, proper(boxes), [7, 9]),
  crop_interp_bilinear_half: (x) => resizeBilinear(cut(x), [6, 5]),
  crop_interp_bilinear_corners: (x) => resizeBilinear(cut(x), [6, 5], { alignCorners: true }),
  crop_interp_nearest_floor: (x) => resizeNearest(cut(x), [6, 5]),
};

/** The folder's loss, whose weights follow the stored order of channels. */
function loss(out: tf.Tensor): tf.Scalar {
  const planes = tf.reshape(tf.transpose(out, [0, 3, 1, 2]), [out.size]);
  const weights = tf.tensor1d(Float32Array.from({ length: out.size }, (_, index) => Math.cos(0.37 * index)));
  return tf.add(tf.mean(tf.square(planes)), tf.mean(tf.mul(planes, weights)));
}

/** Resized regions. */
export const oracleCase: OracleCase = {
  ids: ['roi_resize'],
  run: async (context) => {
    const outputs = await runFunction(
      context,
      ({ x, boxes }) => {
        const results = Object.entries(resizes).flatMap(([name, resize]) => {
          const { value, grad } = tf.valueAndGrad((given: tf.Tensor) => loss(resize(given, boxes!)))(x!);
          return [
            [`${name}.out`, resize(x!, boxes!)],
            [`${name}.loss`, value],
            [`${name}.grad.x`, grad],
          ] as const;
        });
        const scaled = tf.mul(boxes!, tf.tensor2d([1, 2, 2, 2, 2], [1, 5]));
        const half = { size: [4, 4], spatialScale: 0.5, aligned: true, samplingRatio: 2 } as const;
        return {
          ...Object.fromEntries(results),
          'scale050_align1_sr2_4x4.out': roiAlign(x!, scaled, half),
          'formula_7x9.roi_align_out': roiAlign(x!, proper(boxes!), { size: [7, 9], aligned: true, samplingRatio: 1 }),
        };
      },
      { x: storedInput(context, 'in.x'), boxes: storedInput(context, 'in.boxes') },
    );
    return { tensors: toStored(outputs) };
  },
};
