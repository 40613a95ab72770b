import type { Random } from '@vosvfi/core';
import type { SceneConfig } from './config.js';

/** How much there is in a scene; the first numbers that its stream gives. */
export function drawCounts(config: SceneConfig, random: Random): { clutter: number; objects: number } {
  const clutter = random.integer(...config.clutter);
  return { clutter, objects: random.integer(...config.objects) };
}
