import type { Random } from '@vosvfi/core';
import type { SceneConfig } from './config.js';
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

function drawBackground(canvas: Canvas, texture: Texture, toPicture: Affine): void {
  const back = invert(toPicture);
  for (let y = 0, i = 0; y < canvas.height; y++) {
    let u = back.a * 0.5 + back.b * (y + 0.5) + back.c;
    let v = back.d * 0.5 + back.e * (y + 0.5) + back.f;
    for (let x = 0; x < canvas.width; x++, i += 3) {
      sampleTexture(texture, u, v, canvas.colour, i);
      u += back.a;
      v += back.d;
    }
  }
}

const sampled = new Float32Array(3);

/** Blends one object over the canvas; a pixel's coverage comes from the distance of its centre to the outline. */
function drawObject(canvas: Canvas, object: Omit<SceneObject, 'motion'>, toPicture: Affine, label: number): void {
  const { shape, texture } = object;
  const { colour, labels, width, height } = canvas;
  const back = invert(toPicture);
  const scale = scaleOf(toPicture);
  const limit = (shape.radius + 1 / scale) ** 2;
  const reachX = Math.hypot(toPicture.a, toPicture.b) * shape.radius + 2;
  const reachY = Math.hypot(toPicture.d, toPicture.e) * shape.radius + 2;
  const left = Math.max(0, Math.floor(toPicture.c - reachX));
  const right = Math.min(width, Math.ceil(toPicture.c + reachX));
  const top = Math.max(0, Math.floor(toPicture.f - reachY));
  const bottom = Math.min(height, Math.ceil(toPicture.f + reachY));
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const u = back.a * (x + 0.5) + back.b * (y + 0.5) + back.c;
      const v = back.d * (x + 0.5) + back.e * (y + 0.5) + back.f;
      if (u * u + v * v > limit) continue;
      const distance = shape.distance(u, v);
      const coverage = Math.min(1, 0.5 - distance * scale);
      if (coverage <= 0) continue;
      sampleTexture(texture, u, v, sampled, 0);
      const at = (y * width + x) * 3;
      colour[at]! += coverage * (sampled[0]! - colour[at]!);
      colour[at + 1]! += coverage * (sampled[1]! - colour[at + 1]!);
      colour[at + 2]! += coverage * (sampled[2]! - colour[at + 2]!);
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
  drawBackground(canvas, scene.background.texture, camera);
  scene.objects.forEach((object, k) => {
    drawObject(canvas, object, compose(camera, object.motion(t)), k + 1);
  });
  const data = new Uint8Array(colour.length);
  for (let i = 0; i < colour.length; i++) data[i] = colour[i]! * 255 + 0.5;
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
    drawObject(canvas, { shape, texture }, place(0.5), 0);
  }
}
