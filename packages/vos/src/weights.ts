/**
 * The weights of `createStcn('stcn_tiny')` that come with this package: a safetensors file of 6.4 MB with the keys and
 * layouts of the network's parameters, trained on synthetic scenes by the recipes `stcn_tiny_stage1` to `stcn_tiny_stage3` and
 * `stcn_tiny` of `@vosvfi/train-cli`, one after the other.
 */
export const stcnTinyWeightsUrl: URL = new URL('../weights/stcn_tiny.safetensors', import.meta.url);
