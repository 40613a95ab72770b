import { type Affine, compose, invert } from './motion.js';
import type { SyntheticScene } from './scene.js';

/** Flow of one frame, with what of it the other frame shows. */
export interface SceneFlow {
  /** [height, width, 2]: shift in x and y, pixels, of the surface visible at each pixel's centre. */
  readonly flow: Float32Array;
  /** [height, width]: 1 where that point of the surface is visible at the target time, 0 where it is occluded or outside the picture. */
  readonly isVisible: Uint8Array;
}

/** Label of the surface at a point of the picture: the frontmost silhouette that covers it. */
function labelAt(scene: SyntheticScene, toObjects: readonly Affine[], x: number, y: number): number {
  for (let k = scene.objects.length - 1; k >= 0; k--) {
    const { a, b, c, d, e, f } = toObjects[k]!;
    const { shape } = scene.objects[k]!;
    const u = a * x + b * y + c;
    const v = d * x + e * y + f;
    if (u * u + v * v <= shape.radius * shape.radius && shape.distance(u, v) <= 0) return k + 1;
  }
  return 0;
}

/** See {@link SyntheticScene.flow}. */
export function sceneFlow(scene: SyntheticScene, t: number, target: number): SceneFlow {
  const { width, height } = scene.config;
  const cameraT = scene.camera(t);
  const cameraTarget = scene.camera(target);
  const here = scene.objects.map((object) => compose(cameraT, object.motion(t)));
  const there = scene.objects.map((object) => compose(cameraTarget, object.motion(target)));
  const moves = [
    compose(cameraTarget, invert(cameraT)),
    ...there.map((toPicture, k) => compose(toPicture, invert(here[k]!))),
  ];
  const hereInverse = here.map(invert);
  const thereInverse = there.map(invert);
  const flow = new Float32Array(width * height * 2);
  const isVisible = new Uint8Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const x = column + 0.5;
      const y = row + 0.5;
      const label = labelAt(scene, hereInverse, x, y);
      const { a, b, c, d, e, f } = moves[label]!;
      const toX = a * x + b * y + c;
      const toY = d * x + e * y + f;
      flow[i * 2] = toX - x;
      flow[i * 2 + 1] = toY - y;
      const isInside = toX >= 0 && toX <= width && toY >= 0 && toY <= height;
      isVisible[i] = isInside && labelAt(scene, thereInverse, toX, toY) === label ? 1 : 0;
    }
  }
  return { flow, isVisible };
}
