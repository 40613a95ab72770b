import { type Recipe, recipeSchema } from '@vosvfi/train-cli';

/** Networks whose training steps are timed. */
export const trainedNetworks = ['ifrnet_s', 'ifrnet', 'adacof'] as const;
/** One of {@link trainedNetworks}. */
export type TrainedNetwork = (typeof trainedNetworks)[number];

/** Who segments in the VOS-aware terms; `none` trains without them. */
export const segmenters = ['none', 'stcn_tiny', 'stcn'] as const;
/** One of {@link segmenters}. */
export type Segmenter = (typeof segmenters)[number];

/** What `vosvfi train` would run: the network's own losses and, with a segmenter, the VOS-aware ones. */
export function trainingRecipe(network: TrainedNetwork, segmenter: Segmenter, segmenterWeights?: string): Recipe {
  const isAdacof = network === 'adacof';
  return recipeSchema.parse({
    steps: 1,
    batchSize: 1,
    network: { kind: network },
    dataset: { kind: 'synthetic', height: 224, width: 224 },
    objective: {
      kind: isAdacof ? 'adacof' : 'ifrnet',
      ...(segmenter === 'none' ? {} : { vos: { segmenter: { model: segmenter, weights: segmenterWeights } } }),
    },
    optimizer: { kind: isAdacof ? 'adamax' : 'adamw' },
    schedule: { kind: 'constant', rate: isAdacof ? 1e-3 : 1e-4 },
  });
}
