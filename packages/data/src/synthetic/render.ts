import { hash32, type Random } from '@vosvfi/core';
import type { SceneConfig } from './config.js';
import { sceneLens, throughLens } from './lens.js';
import { type Affine, compose, createMotion, invert, scaleOf } from './motion.js';
import type { SceneObject, SceneView, SyntheticScene } from './scene.js';
import { createShape } from './shapes.js';
import { createTexture, sampleTexture, TEXELS_PER_PIXEL, type Texture, type TextureFill } from './texture.js';

/** An RGB float raster with, optionally, a label for each pixel. */
interface Canvas {
  readonly colour: Float32Array;
  readonly labels?: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function drawBackground(canvas: Canvas, texture: Texture, toPicture: Affine, gain: number): void {
  const back = invert(toPicture);
  for (let y = 0, i = 0; y < canvas.height; y++) {
    let u = back.a * 0.5 + back.b * (y + 0.5) + back.c;
    let v = back.d * 0.5 + back.e * (y + 0.5) + back.f;
    for (let x = 0; x < canvas.width; x++, i += 3) {
      sampleTexture(texture, u, v, canvas.colour, i);
      canvas.colour[i]! *= gain;
      canvas.colour[i + 1]! *= gain;
      canvas.colour[i + 2]! *= gain;
      u += back.a;
      v += back.d;
    }
  }
}

const sampled = new Float32Array(3);
const unbent = new Float64Array(2);

/** How a surface is drawn. */
interface Drawing {
  readonly toPicture: Affine;
  readonly label: number;
  /** Factor of its colours. */
  readonly gain: number;
  /** Time at which its bending counts. */
  readonly t: number;
}

/** What is drawn. */
type DrawnSurface = Pick<SceneObject, 'shape' | 'texture'> & Partial<Pick<SceneObject, 'bending'>>;

/** Blends one object over the canvas; a pixel's coverage comes from the distance of its centre to the outline. */
function drawObject(canvas: Canvas, object: DrawnSurface, { toPicture, label, gain, t }: Drawing): void {
  const { shape, texture, bending } = object;
  const { colour, labels, width, height } = canvas;
  const back = invert(toPicture);
  const scale = scaleOf(toPicture);
  const radius = shape.radius + (bending?.reach ?? 0);
  const limit = (radius + 1 / scale) ** 2;
  const reachX = Math.hypot(toPicture.a, toPicture.b) * radius + 2;
  const reachY = Math.hypot(toPicture.d, toPicture.e) * radius + 2;
  const left = Math.max(0, Math.floor(toPicture.c - reachX));
  const right = Math.min(width, Math.ceil(toPicture.c + reachX));
  const top = Math.max(0, Math.floor(toPicture.f - reachY));
  const bottom = Math.min(height, Math.ceil(toPicture.f + reachY));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      let u = back.a * (x + 0.5) + back.b * (y + 0.5) + back.c;
      let v = back.d * (x + 0.5) + back.e * (y + 0.5) + back.f;
      if (u * u + v * v > limit) continue;
      if (bending) {
        bending.unbend(u, v, t, unbent);
        u = unbent[0]!;
        v = unbent[1]!;
      }
      const distance = shape.distance(u, v);
      const coverage = Math.min(1, 0.5 - distance * scale);
      if (coverage <= 0) continue;
      sampleTexture(texture, u, v, sampled, 0);
      const at = (y * width + x) * 3;
      colour[at]! += coverage * (sampled[0]! * gain - colour[at]!);
      colour[at + 1]! += coverage * (sampled[1]! * gain - colour[at + 1]!);
      colour[at + 2]! += coverage * (sampled[2]! * gain - colour[at + 2]!);
      if (labels && distance <= 0) labels[y * width + x] = label;
    }
  }
}

/** See {@link SyntheticScene.render}. */
export function renderScene(scene: SyntheticScene, t: number): SceneView {
  const { width, height } = scene.config;
  const colour = new Float32Array(width * height * 3);
  const labels = new Uint8Array(width * height);
  const canvas = { colour, labels, width, height };
  const camera = scene.camera(t);
  const gain = (light: number) => Math.exp(light * (t - 0.5));
  drawBackground(canvas, scene.background.texture, camera, gain(scene.background.light));
  scene.objects.forEach((object, k) => {
    const toPicture = compose(camera, object.motion(t));
    drawObject(canvas, object, { toPicture, label: k + 1, gain: gain(object.light), t });
  });
  throughLens(canvas, sceneLens(scene.seed, scene.config), hash32(`grain ${scene.seed}/${t}`));
  const data = new Uint8Array(colour.length);
  for (let i = 0; i < colour.length; i++) data[i] = Math.max(0, Math.min(255, colour[i]! * 255 + 0.5));
  return { frame: { data, width, height }, labels: { data: labels, width, height } };
}

/**
 * Paints shapes onto a background texture, so that an edge alone does not tell an object.
 * @param fillOf what fills each shape; by default, patterns.
 */
export function paintClutter(
  background: Texture,
  random: Random,
  count: number,
  config: SceneConfig,
  fillOf: (random: Random) => TextureFill | undefined = () => undefined,
): void {
  const side = Math.min(config.width, config.height);
  const canvas: Canvas = { colour: background.data, width: background.width, height: background.height };
  for (let k = 0; k < count; k++) {
    const radius = Math.max(3, side * random.uniform(0.04, 0.3));
    const shape = createShape(radius, random.chance(config.thin), random);
    const bounds = { left: -radius, top: -radius, right: radius, bottom: radius };
    const texture = createTexture(bounds, random, fillOf(random));
    const place = createMotion({
      centre: [random.uniform(0, background.width), random.uniform(0, background.height)],
      angle: random.uniform(0, 2 * Math.PI),
      shift: [0, 0],
      bend: [0, 0],
      turn: 0,
      logGrowth: 0,
      stretch: [TEXELS_PER_PIXEL, TEXELS_PER_PIXEL],
    });
    drawObject(canvas, { shape, texture }, { toPicture: place(0.5), label: 0, gain: 1, t: 0.5 });
  }
}
