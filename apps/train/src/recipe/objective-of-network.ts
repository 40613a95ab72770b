import type { NetworkRecipe } from './network-schema.js';
import type { ObjectiveRecipe } from './objective-schema.js';

/** Which losses train which network. */
export const objectiveOfNetwork: Readonly<Record<NetworkRecipe['kind'], ObjectiveRecipe['kind']>> = {
  ifrnet_s: 'ifrnet',
  ifrnet: 'ifrnet',
  ifrnet_l: 'ifrnet',
  ifrnet_custom: 'ifrnet',
  adacof: 'adacof',
  adacof_plus: 'adacof',
  adacof_compressed: 'adacof',
  adacof_plus_compressed: 'adacof',
  adacof_custom: 'adacof',
  cdfi: 'adacof',
  cdfi_custom: 'adacof',
  rife: 'rife',
  rife_m: 'rife',
  rife_custom: 'rife',
  mast: 'mast',
  mast_custom: 'mast',
  stcn_tiny: 'stcn',
  stcn: 'stcn',
  rvos: 'rvos',
  rvos_custom: 'rvos',
};
