import type { Random } from '@vosvfi/core';
import { shuffle } from './balance.js';

/**
 * Which scenes go into the test list: whole scenes, drawn at random, as long as they bring the number of its triplets
 * closer to `(1 - train) * total`. None if every scene is more than twice that.
 * @param scenes scene of each triplet.
 * @param train share of the training list, 0..1.
 */
export function testScenes(scenes: readonly string[], train: number, random: Random): Set<string> {
  const sizes = new Map<string, number>();
  for (const scene of scenes) sizes.set(scene, (sizes.get(scene) ?? 0) + 1);
  const wanted = (1 - train) * scenes.length;
  const test = new Set<string>();
  let count = 0;
  for (const [scene, size] of shuffle([...sizes], random)) {
    if (Math.abs(count + size - wanted) >= Math.abs(count - wanted)) continue;
    test.add(scene);
    count += size;
  }
  return test;
}
