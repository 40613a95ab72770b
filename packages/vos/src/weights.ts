/**
 * The weights of `createStcn('stcn_tiny')` that come with this package: a safetensors file of 3.2 MB with the keys and
 * layouts of the network's parameters, trained on synthetic scenes by the recipe `stcn_tiny` of `@vosvfi/train-cli`.
 */
export const stcnTinyWeightsUrl: URL = new URL('../weights/stcn_tiny.safetensors', import.meta.url);
