import { type Affine, compose, invert } from './motion.js';
import type { SyntheticScene } from './scene.js';
import type { Bending } from './shear.js';

/** Flow of one frame, with what of it the other frame shows. */
export interface SceneFlow {
  /** [height, width, 2]: shift in x and y, pixels, of the surface visible at each pixel's centre. */
  readonly flow: Float32Array;
  /** [height, width]: 1 where that point of the surface is visible at the target time, 0 where it is occluded or outside the picture. */
  readonly isVisible: Uint8Array;
}

const point = new Float64Array(2);

/** Label of the surface at a point of the picture at time t: the frontmost silhouette that covers it. */
function labelAt(scene: SyntheticScene, toObjects: readonly Affine[], t: number, x: number, y: number): number {
  for (let k = scene.objects.length - 1; k >= 0; k--) {
    const { a, b, c, d, e, f } = toObjects[k]!;
    const { shape, bending } = scene.objects[k]!;
    const u = a * x + b * y + c;
    const v = d * x + e * y + f;
    const reach = shape.radius + (bending?.reach ?? 0);
    if (u * u + v * v > reach * reach) continue;
    if (bending) bending.unbend(u, v, t, point);
    if ((bending ? shape.distance(point[0]!, point[1]!) : shape.distance(u, v)) <= 0) return k + 1;
  }
  return 0;
}

/** Where the point (x, y) of the picture at time t goes on a bent object, written to {@link point}. */
function followBent(bending: Bending, path: BentPath, x: number, y: number): void {
  const { back, toPicture, t, target } = path;
  bending.unbend(back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f, t, point);
  bending.bend(point[0]!, point[1]!, target, point);
  const [u, v] = [point[0]!, point[1]!];
  point[0] = toPicture.a * u + toPicture.b * v + toPicture.c;
  point[1] = toPicture.d * u + toPicture.e * v + toPicture.f;
}

/** From the picture at time t to the object's plane, and from there to the picture at time `target`. */
interface BentPath {
  readonly back: Affine;
  readonly toPicture: Affine;
  readonly t: number;
  readonly target: number;
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
      const label = labelAt(scene, hereInverse, t, x, y);
      const { a, b, c, d, e, f } = moves[label]!;
      let toX = a * x + b * y + c;
      let toY = d * x + e * y + f;
      const bending = scene.objects[label - 1]?.bending;
      if (bending) {
        followBent(bending, { back: hereInverse[label - 1]!, toPicture: there[label - 1]!, t, target }, x, y);
        toX = point[0]!;
        toY = point[1]!;
      }
      flow[i * 2] = toX - x;
      flow[i * 2 + 1] = toY - y;
      const isInside = toX >= 0 && toX <= width && toY >= 0 && toY <= height;
      isVisible[i] = isInside && labelAt(scene, thereInverse, target, toX, toY) === label ? 1 : 0;
    }
  }
  return { flow, isVisible };
}
