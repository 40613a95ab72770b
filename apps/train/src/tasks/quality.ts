import type { Frame, HostTensor } from '@vosvfi/core';
import { type InterpolationNetwork, takesTime } from '@vosvfi/models';
import * as tf from '@vosvfi/runtime/tf';
import { bytesOf, contactRow, errorPicture, outlineColors, withOutlines } from '../pictures/contact-row.js';
import { mean } from './mean.js';
import { input, type Measure } from './task.js';

/** PSNR of frames in 0..1 from a mean squared error. */
function psnr(error: number): number {
  return -10 * Math.log10(error);
}

/** The time 1/2 of each sample. */
function middle(inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor {
  return tf.fill([input(inputs, 'frame0').shape[0] as number, 1, 1, 1], 0.5);
}

/** Validation of an interpolation network: PSNR, and with masks PSNR of the foreground, as means over samples. */
export function interpolationQuality(network: InterpolationNetwork, hasMasks: boolean): Measure {
  return {
    inputs: ['frame0', 'frame1', 'frameT', ...(takesTime(network) ? ['t'] : []), ...(hasMasks ? ['maskT'] : [])],
    run: (inputs, weights) => {
      const { frame } = network.forward(weights, {
        frame0: input(inputs, 'frame0'),
        frame1: input(inputs, 'frame1'),
        t: takesTime(network) ? input(inputs, 't') : middle(inputs),
      });
      const squared = tf.squaredDifference(frame, input(inputs, 'frameT'));
      const outputs: Record<string, tf.Tensor> = { frame, error: tf.mean(squared, [1, 2, 3]) };
      if (hasMasks) {
        const maskT = input(inputs, 'maskT');
        const area = tf.mul(tf.sum(maskT, [1, 2, 3]), 3);
        outputs.foregroundArea = area;
        outputs.foregroundError = tf.div(tf.sum(tf.mul(squared, maskT), [1, 2, 3]), tf.maximum(area, 1));
      }
      return outputs;
    },
    read: ({ error = [], foregroundArea, foregroundError }) => {
      const metrics: Record<string, number> = { psnr: mean(error.map(psnr)) };
      if (foregroundArea !== undefined && foregroundError !== undefined) {
        const visible = foregroundError.filter((_, i) => (foregroundArea[i] as number) > 0);
        if (visible.length > 0) metrics.foregroundPsnr = mean(visible.map(psnr));
      }
      return metrics;
    },
    show: { outputs: ['frame'], picture: interpolationRow },
  };
}

/** First frame, made frame, true frame, four times the error, and the made frame with the true outline where it is known. */
function interpolationRow(sample: Readonly<Record<string, HostTensor>>): Frame {
  const [made, truth] = [input(sample, 'frame'), input(sample, 'frameT')];
  const { maskT } = sample;
  return contactRow([
    bytesOf(input(sample, 'frame0')),
    bytesOf(made),
    bytesOf(truth),
    errorPicture(made, truth),
    ...(maskT === undefined ? [] : [withOutlines(bytesOf(made), [{ mask: maskT, color: outlineColors.truth }])]),
  ]);
}
