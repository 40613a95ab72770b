import { ConfigError } from '@vosvfi/core';
import type { MetricCase, OracleCase } from './case.js';

/** What a case module exports: one of the two. */
interface CaseModule {
  readonly oracleCase?: OracleCase;
  readonly metricCase?: MetricCase;
}

interface Registration {
  readonly ids: readonly string[];
  readonly load: () => Promise<CaseModule>;
}

/** Every case module and the folders it takes; loaded only when asked for. */
const registrations: readonly Registration[] = [
  { ids: ['checkpoints'], load: () => import('./cases/checkpoints.js') },
  { ids: ['psnr_ssim'], load: () => import('./cases/metrics-psnr-ssim.js') },
  { ids: ['davis'], load: () => import('./cases/metrics-davis.js') },
  { ids: ['mask_iou_bce'], load: () => import('./cases/metrics-mask-iou-bce.js') },
  { ids: ['ifrnet', 'ifrnet_s', 'ifrnet_l'], load: () => import('./cases/ifrnet.js') },
  { ids: ['ifrnet_losses'], load: () => import('./cases/ifrnet-losses.js') },
  { ids: ['spectral_norm'], load: () => import('./cases/spectral-norm.js') },
  { ids: ['deeplabv3_resnet50', 'deeplabv3_resnet101'], load: () => import('./cases/deeplabv3.js') },
  { ids: ['rvos'], load: () => import('./cases/rvos.js') },
  { ids: ['stcn'], load: () => import('./cases/stcn.js') },
  { ids: ['adacof'], load: () => import('./cases/adacof.js') },
  { ids: ['cdfi'], load: () => import('./cases/cdfi.js') },
  { ids: ['adacof_op'], load: () => import('./cases/adacof-op.js') },
  { ids: ['deform_conv'], load: () => import('./cases/deform-conv.js') },
  { ids: ['mast'], load: () => import('./cases/mast.js') },
  { ids: ['raft', 'raft_small'], load: () => import('./cases/raft.js') },
  { ids: ['rife', 'rife_m'], load: () => import('./cases/rife.js') },
  { ids: ['roi_resize'], load: () => import('./cases/roi-resize.js') },
  { ids: ['softsplat'], load: () => import('./cases/softsplat.js') },
  { ids: ['warp'], load: () => import('./cases/warp.js') },
];

/** Names of all folders that can be compared. */
function knownIds(): string[] {
  return registrations.flatMap(({ ids }) => ids).sort();
}

/**
 * The case of a folder name.
 * @throws ConfigError listing the known names.
 */
export async function loadCase(id: string): Promise<CaseModule> {
  const registration = registrations.find(({ ids }) => ids.includes(id));
  if (registration === undefined) {
    throw new ConfigError('DIR', `there is no case for a folder named "${id}".`, {
      hint: `Known: ${knownIds().join(', ')}.`,
    });
  }
  return registration.load();
}
