import { join } from 'node:path';
import { type Frame, hostTensor, type Mask } from '@vosvfi/core';
import { createVideo, rational, writeFrame } from '@vosvfi/data';
import { labelsIn, type VideoSegmentation, type VideoSegmenter } from '@vosvfi/vos';

export const [width, height] = [48, 32];
const side = 10;

/** Label, colour, and place of the left edge in frame n. */
const squares = [
  { label: 7, colour: [220, 30, 30], top: 4, left: (n: number) => 2 + Math.floor(1.5 * n) },
  { label: 200, colour: [30, 200, 40], top: 18, left: (n: number) => 30 - 2 * n },
] as const;

const inside = (n: number, x: number, y: number) =>
  squares.find(({ top, left }) => x >= left(n) && x < left(n) + side && y >= top && y < top + side);

/** Two squares that cross a grey ground; the green one (200) is out of the picture from frame 20 on. */
export function sceneFrame(n: number): Frame {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data.set(inside(n, i % width, Math.floor(i / width))?.colour ?? [120, 120, 120], i * 3);
  }
  return { data, width, height };
}

/** Labels of {@link sceneFrame}. */
export function sceneMask(n: number): Mask {
  const at = (i: number) => inside(n, i % width, Math.floor(i / width))?.label ?? 0;
  return { data: Uint8Array.from({ length: width * height }, (_, i) => at(i)), width, height };
}

/** Frames as pictures `f0.png`, `f1.png`, ... */
export async function writeFolder(folder: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await writeFrame(join(folder, `f${n}.png`), sceneFrame(n));
}

/** Frames as a video of 12.5 frames a second. */
export async function writeVideo(file: string, count: number): Promise<void> {
  const writer = await createVideo(file, { width, height, frameRate: rational(25, 2), crf: 4, preset: 'ultrafast' });
  for (let n = 0; n < count; n++) await writer.write(sceneFrame(n));
  await writer.finish();
}

type Colour = [number, number, number];

function meanColour({ data }: Frame, isIn: (pixel: number) => boolean): Colour | undefined {
  const sum: Colour = [0, 0, 0];
  let count = 0;
  for (let pixel = 0; pixel * 3 < data.length; pixel++) {
    if (!isIn(pixel)) continue;
    count++;
    for (const channel of [0, 1, 2] as const) sum[channel] += data[pixel * 3 + channel]!;
  }
  return count === 0 ? undefined : [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** What happened to a {@link colourSegmenter}. */
export interface ColourLog {
  steps: number;
  disposals: number;
}

/** A segmenter that needs no network: objects are where the colour is nearly that of where they were last. */
export function colourSegmenter(log: ColourLog = { steps: 0, disposals: 0 }): VideoSegmenter {
  const start = (): VideoSegmentation => {
    const colours = new Map<number, Colour | undefined>();
    let index = 0;
    return {
      async step(frame, given) {
        log.steps++;
        const { data } = frame;
        const distance = (pixel: number, colour: Colour) =>
          Math.hypot(...colour.map((value, channel) => value - data[pixel * 3 + channel]!));
        for (const label of given?.labels ?? (given ? labelsIn(given.masks) : [])) {
          colours.set(label, meanColour(frame, (pixel) => given!.masks.data[pixel] === label) ?? colours.get(label));
        }
        const defined = new Set(given?.labels ?? (given ? labelsIn(given.masks) : []));
        const labels = [...colours.keys()].sort((a, b) => a - b);
        const mask = Uint8Array.from({ length: frame.width * frame.height }, (_, pixel) => {
          const said = given?.masks.data[pixel] ?? 0;
          if (said !== 0 && said !== 255) return said;
          const found = labels.find((label) => colours.get(label) && distance(pixel, colours.get(label)!) < 80) ?? 0;
          return defined.has(found) ? 0 : found;
        });
        for (const label of labels) {
          const now = meanColour(frame, (pixel) => mask[pixel] === label);
          const before = colours.get(label);
          // Drifts, so that results depend on all frames before.
          if (now && before) colours.set(label, before.map((value, c) => 0.7 * value + 0.3 * now[c]!) as Colour);
        }
        const channels = labels.length + 1;
        const probabilities = new Float32Array(mask.length * channels);
        mask.forEach((label, pixel) => {
          probabilities[pixel * channels + labels.indexOf(label) + 1] = 1;
        });
        return {
          index: index++,
          mask: { data: mask, width: frame.width, height: frame.height },
          probabilities: hostTensor(probabilities, [frame.height, frame.width, channels]),
          labels,
        };
      },
      reset() {
        colours.clear();
        index = 0;
      },
    };
  };
  return {
    id: 'by colour',
    start,
    dispose: async () => {
      log.disposals++;
    },
  };
}
