export { type ForegroundPsnrMode, foregroundError, foregroundPsnr } from './metrics/foreground-psnr.js';
export { type InterpolationErrorDefinition, interpolationError } from './metrics/interpolation-error.js';
export { meanSquaredError, type PsnrVariant, psnr } from './metrics/psnr.js';
export { type EightBitFrame, quantizeFrame } from './metrics/samples.js';
export { type SsimVariant, ssim, ssimPerChannel } from './metrics/ssim.js';
