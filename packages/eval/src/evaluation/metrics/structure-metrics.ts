import { type MsSsimVariant, msSsim } from '../../metrics/ms-ssim.js';
import { type SsimVariant, ssim } from '../../metrics/ssim.js';
import { pureMetric } from './define-metric.js';
import type { MetricEntry } from './metric.js';

function ssimMetric(name: string, title: string, variant: SsimVariant): MetricEntry {
  return pureMetric({ name, title, isHigherBetter: true, digits: 4 }, ({ truth, prediction }) =>
    ssim(truth, prediction, variant),
  );
}

function msSsimMetric(name: string, title: string, variant: MsSsimVariant): MetricEntry {
  return pureMetric({ name, title, isHigherBetter: true, digits: 4 }, ({ truth, prediction }) =>
    msSsim(truth, prediction, variant),
  );
}

/** Structural similarity in the definitions that are in use. */
export const structureMetrics: readonly MetricEntry[] = [
  ssimMetric('ssim', 'SSIM', 'skimage-gaussian'),
  ssimMetric('ssim-skimage-default', 'SSIM (scikit-image as it comes)', 'skimage-default'),
  ssimMetric('ssim-vosvfi-released', 'SSIM (script released with VOS-VFI)', 'vosvfi-released'),
  ssimMetric('ssim-matlab-rgb', 'SSIM (MATLAB, RGB)', 'matlab-rgb'),
  ssimMetric('ssim-matlab-y', 'SSIM (MATLAB, luma)', 'matlab-y'),
  ssimMetric('ssim-matlab-gray', 'SSIM (MATLAB, grey)', 'matlab-gray'),
  ssimMetric('ssim-ifrnet-2d', 'SSIM (IFRNet, 2D)', 'ifrnet-2d'),
  ssimMetric('ssim-ifrnet-3d', 'SSIM (IFRNet, 3D)', 'ifrnet-3d'),
  msSsimMetric('ms-ssim', 'MS-SSIM', 'gray'),
  msSsimMetric('ms-ssim-rgb', 'MS-SSIM (RGB)', 'rgb'),
];
