import type { MakerPlan, MaskMaker } from './maker.js';

/**
 * Opens what a plan describes; a network's code is loaded only if it is asked for.
 * @throws ConfigError, CheckpointError or UnsupportedError for a file that does not fit.
 */
export async function openMaker({ source, file, threads }: MakerPlan): Promise<MaskMaker> {
  switch (source.kind) {
    case 'motion':
      return (await import('./motion.js')).createMotionMaker(source.settings);
    case 'deeplabv3': {
      const { preset, shorterSide } = source;
      return (await import('./deeplabv3.js')).openDeeplabMaker(preset, file!, { shorterSide, threads });
    }
    case 'onnx':
      return (await import('./onnx.js')).openOnnxMaker(file!, source.settings, threads);
  }
}
