import { createRandom } from '@vosvfi/core';

/**
 * A random pattern that goes on forever, seen through a window at (left, top). Like photographs it holds waves of every
 * length, the long ones strongest.
 */
export function greyTexture(seed: number, width: number, height: number, left = 0, top = 0) {
  const random = createRandom(seed);
  const waves = Array.from({ length: 40 }, () => {
    const frequency = Math.exp(random.uniform(Math.log(0.03), Math.log(0.9)));
    const angle = random.uniform(0, 2 * Math.PI);
    const phase = random.uniform(0, 2 * Math.PI);
    return { x: frequency * Math.cos(angle), y: frequency * Math.sin(angle), phase, size: frequency ** -0.5 };
  });
  const luma = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) + left, Math.floor(i / width) + top];
    return 128 + 4 * waves.reduce((sum, wave) => sum + wave.size * Math.sin(wave.x * x + wave.y * y + wave.phase), 0);
  });
  return { luma, width, height };
}
