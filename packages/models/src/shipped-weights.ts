/** Weights that come with this package, trained by this project. */
export interface ShippedWeights {
  /** A safetensors file with the network's keys and layouts. */
  readonly url: URL;
  readonly trainedOn: string;
  /** Times in between that they were trained for. */
  readonly trainedTimes: readonly number[] | 'any';
}

/**
 * Of `ifrnet_s`: 5.6 MB in half precision, trained by the recipes `ifrnet_s_stage1`, `ifrnet_s_stage2` and `ifrnet_s`
 * of `@vosvfi/train-cli`, one after the other.
 */
export const ifrnetSmallWeights: ShippedWeights = {
  url: new URL('../weights/ifrnet_s.safetensors', import.meta.url),
  trainedOn: 'synthetic scenes and short videos',
  trainedTimes: 'any',
};
