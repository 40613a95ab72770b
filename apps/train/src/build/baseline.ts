import { adacofBaseline } from '../baselines/adacof.js';
import type { Baseline } from '../baselines/baseline.js';
import { cdfiBaseline } from '../baselines/cdfi.js';
import { ifrnetBaseline } from '../baselines/ifrnet.js';
import { rifeBaseline } from '../baselines/rife.js';
import type { NetworkRecipe } from '../recipe/network-schema.js';
import type { ObjectiveRecipe } from '../recipe/objective-schema.js';

/** Interpolation network and losses of a recipe; nothing if they do not go together. */
export async function buildBaseline(network: NetworkRecipe, objective: ObjectiveRecipe): Promise<Baseline | undefined> {
  switch (network.kind) {
    case 'ifrnet_s':
    case 'ifrnet':
    case 'ifrnet_l':
    case 'ifrnet_custom':
      return objective.kind === 'ifrnet' ? ifrnetBaseline(network, objective) : undefined;
    case 'adacof':
    case 'adacof_plus':
    case 'adacof_compressed':
    case 'adacof_plus_compressed':
    case 'adacof_custom':
      return objective.kind === 'adacof' ? adacofBaseline(network, objective) : undefined;
    case 'cdfi':
    case 'cdfi_custom':
      return objective.kind === 'adacof' ? cdfiBaseline(network, objective) : undefined;
    case 'rife':
    case 'rife_m':
    case 'rife_custom':
      return objective.kind === 'rife' ? rifeBaseline(network, objective) : undefined;
    case 'mast':
    case 'mast_custom':
    case 'stcn':
    case 'stcn_tiny':
    case 'rvos':
    case 'rvos_custom':
      return undefined;
  }
}
