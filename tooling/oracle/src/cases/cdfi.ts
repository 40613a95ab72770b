import { adacofObjective } from '@vosvfi/losses';
import type { ActivationObserver } from '@vosvfi/models/adacof';
import { type CdfiNetwork, type CdfiOutputs, cdfiPresets, createCdfi } from '@vosvfi/models/cdfi';
import type { TensorWeights } from '@vosvfi/runtime';
import * as tf from '@vosvfi/runtime/tf';
import type { OracleCase, OracleContext } from '../case.js';
import { type Label, type Named, runLabels } from './labels.js';
import { storedInput } from './run-function.js';

/**
 * The last convolution before an observed value. What goes into a block of the GridNet is observed under the key of the
 * block's first activation and was made by the blocks before it.
 */
function biasOf(key: string): string | undefined {
  const match = /^(context_synthesis)\.([a-z]+)_(\w+)\.f\.([01])$/.exec(key);
  if (match === null) return `${key}.bias`;
  const [, prefix, kind, place, layer] = match as unknown as [string, string, string, string, string];
  // Layer 1 is the second one, a convolution, of all but upward blocks.
  if (layer !== (kind === 'up' ? '1' : '0')) return `${key}.bias`;
  if (place === 'init') return undefined;
  if (place === 'final') return `${prefix}.lateral_0_4.f.3.bias`;
  const [row, column] = place.split('_').map(Number) as [number, number];
  if (kind === 'up') return `${prefix}.lateral_${row + 1}_${column + 2}.f.3.bias`;
  if (column > 0) return `${prefix}.lateral_${row}_${column - 1}.f.3.bias`;
  return row === 0 ? `${prefix}.lateral_init.f.3.bias` : `${prefix}.down_${row - 1}_0.f.3.bias`;
}

/** Inputs of every label, and whose gradients are stored. */
function given(context: OracleContext): Pick<Label, 'inputs' | 'differentiated' | 'biasOf'> {
  const inputs = Object.fromEntries(
    ['frame0', 'frame2', 'target'].map((name) => [name, storedInput(context, `in.${name}`)]),
  );
  return { inputs, differentiated: { frame0: 'frame0', frame2: 'frame2' }, biasOf };
}

function forward(
  network: CdfiNetwork,
  { frame0, frame2 }: Named,
  weights: TensorWeights,
  observe?: ActivationObserver,
): CdfiOutputs {
  return network.forward(weights, { frame0: frame0!, frame1: frame2! }, observe);
}

/** Values inside the network, named as stored. */
function middle(out: CdfiOutputs, activations: Named): Record<string, tf.Tensor> {
  return {
    'mid.conv5': out.encoded[4]!,
    'mid.deconv5': tf.relu(activations['get_kernel.moduleDeconv5.4']!),
    'mid.upsample2': tf.relu(activations['get_kernel.moduleUpsample2.1']!),
    'mid.weight1': out.maps[0].weights,
    'mid.alpha1': out.maps[0].offsetsY,
    'mid.beta2': out.maps[1].offsetsX,
    'mid.occlusion': out.occlusion,
    'mid.blend': out.blend,
    'mid.warp0': out.warped[0],
    'mid.warp2': out.warped[1],
    'mid.feat1': out.features[0]!,
    'mid.feat5': out.features[4]!,
    'mid.gridnet_in': out.sampled,
    'mid.gridnet_out': out.synthesized,
  };
}

function inference(context: OracleContext, gradient: 'exact' | 'official'): Label {
  const network = createCdfi({ ...cdfiPresets.cdfi, gradient });
  const lossOf = (frame: tf.Tensor, { target }: Named): tf.Scalar => tf.mean(tf.square(tf.sub(frame, target!)));
  return {
    name: gradient,
    ...given(context),
    values: (inputs, weights, observe) => {
      const activations: Record<string, tf.Tensor> = {};
      const out = forward(network, inputs, weights, (key, value) => {
        activations[key] = value;
        observe(key, value);
      });
      return { 'out.frame1': out.frame, loss: lossOf(out.frame, inputs), ...middle(out, activations) };
    },
    loss: (inputs, weights) => lossOf(forward(network, inputs, weights).frame, inputs),
  };
}

function training(context: OracleContext): Label {
  const network = createCdfi('cdfi');
  const run = (inputs: Named, weights: TensorWeights, observe?: ActivationObserver) =>
    adacofObjective(forward(network, inputs, weights, observe), inputs.target!, { occlusionWeight: 0 });
  return {
    name: 'train_exact',
    ...given(context),
    values: (inputs, weights, observe) => {
      const { total, terms } = run(inputs, weights, observe);
      return { 'train.g_Spatial': tf.div(terms.spatial!, 0.01), 'train.loss': total };
    },
    loss: (inputs, weights) => run(inputs, weights).total,
  };
}

/** CDFI with the exact and the official gradient of its operator, and its training loss without the perceptual term. */
export const oracleCase: OracleCase = {
  ids: ['cdfi'],
  // `exact.aux.*` compares two references with each other.
  isInput: (name) => name.startsWith('in.') || name.includes('.aux.'),
  run: (context) =>
    runLabels(context, [training(context), inference(context, 'official'), inference(context, 'exact')]),
};
