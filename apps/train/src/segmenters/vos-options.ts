import type { VosObjectiveOptions } from '@vosvfi/losses';
import type { VosRecipe } from '../recipe/vos-schema.js';

/** Weights that the recipe's ablation switch leaves. */
export function vosWeights({ terms, lambda1, lambda2 }: VosRecipe): { lambda1: number; lambda2: number } {
  return {
    lambda1: terms === 'both' || terms === 'segmentation' ? lambda1 : 0,
    lambda2: terms === 'both' || terms === 'consistency' ? lambda2 : 0,
  };
}

/** Options of the terms by a segmenter that carries masks from frame to frame: all modes but `frames`. */
export function vosOptions(vos: VosRecipe): VosObjectiveOptions {
  const { mode, consistency, channels } = vos;
  if (mode === 'frames') throw new Error('The mode "frames" has no terms of masks.');
  return mode === 'paper' ? { mode, ...vosWeights(vos), consistency } : { mode, ...vosWeights(vos), channels };
}

/** True if nothing of the VOS-aware block is to be computed: as if the recipe had none. */
export function isSwitchedOff(vos: VosRecipe): boolean {
  const { lambda1, lambda2 } = vosWeights(vos);
  return !vos.enabled || (lambda1 === 0 && lambda2 === 0);
}
