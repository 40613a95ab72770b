import type { Frame, Mask } from '@vosvfi/core';
import { frameBytes, readFrame, readMask } from '@vosvfi/data';
import { estimateFlow, flowPicture, lumaOf, otsuThreshold, segmentMotion } from '@vosvfi/data/motion';
import { boundaryMeasure, jaccard } from '@vosvfi/eval';
import sharp from 'sharp';

/** J and F of one frame. */
interface Score {
  readonly jaccard: number;
  readonly boundary: number;
}

/** Means over the frames of a sequence, of each way to make masks. */
export type Scores = Readonly<Record<'motion' | 'plainFlow' | 'everything', Score>>;

/** Frames and annotations of a sequence, in order. */
export interface Sequence {
  readonly frames: readonly string[];
  readonly annotations: readonly string[];
}

/** What is measured. */
export interface MeasureOptions {
  /** Annotated frames of a sequence, evenly spread; each with its neighbours. */
  readonly count: number;
  /** Frames of a window to each side of the measured one. */
  readonly reach: number;
  /** Size that frames are resized to cover, and then cropped to in the centre; without it, their own. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
}

async function readSized(file: string, { size }: MeasureOptions): Promise<Frame> {
  const frame = await readFrame(file);
  if (!size) return frame;
  const raw = { width: frame.width, height: frame.height, channels: 3 } as const;
  const data = await sharp(frameBytes(frame), { raw })
    .resize(size.width, size.height, { fit: 'cover' })
    .raw()
    .toBuffer();
  return { data: new Uint8Array(data), ...size };
}

/** Every object of the annotation as one. */
async function readObject(file: string, { size }: MeasureOptions): Promise<Mask> {
  const { data, width, height } = await readMask(file);
  const bytes = data.map((label) => (label > 0 ? 255 : 0));
  if (!size) return { data: bytes.map((value) => value / 255), width, height };
  const small = await sharp(bytes, { raw: { width, height, channels: 1 } })
    .resize(size.width, size.height, { fit: 'cover', kernel: 'nearest' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return { data: Uint8Array.from(small, (value) => (value > 127 ? 1 : 0)), ...size };
}

/** The part of a picture whose flow to the next one is long, by Otsu's threshold: what one gets without any of this. */
function plainFlow(frame: Frame, next: Frame): Mask {
  const { u, v } = estimateFlow(flowPicture(lumaOf(frame)), flowPicture(lumaOf(next)));
  const length = u.data.map((x, i) => Math.hypot(x, v.data[i]!));
  const threshold = otsuThreshold(length);
  return { data: Uint8Array.from(length, (value) => (value > threshold ? 1 : 0)), width: u.width, height: u.height };
}

const score = (truth: Mask, found: Mask): Score => ({
  jaccard: jaccard(truth, found),
  boundary: boundaryMeasure(truth, found),
});

function meanScore(scores: readonly Score[]): Score {
  const mean = (key: keyof Score) => scores.reduce((sum, one) => sum + one[key], 0) / scores.length;
  return { jaccard: mean('jaccard'), boundary: mean('boundary') };
}

/** Measures a sequence: each measured frame by a window of its own around it. */
export async function measureSequence({ frames, annotations }: Sequence, options: MeasureOptions): Promise<Scores> {
  const { count, reach } = options;
  const [first, last] = [reach, Math.min(frames.length, annotations.length) - 1 - reach];
  const measured = Math.max(1, Math.min(count, last - first + 1));
  const found: Record<keyof Scores, Score[]> = { motion: [], plainFlow: [], everything: [] };
  for (let k = 0; k < measured; k++) {
    const centre = measured === 1 ? first : Math.round(first + (k * (last - first)) / (measured - 1));
    const window = await Promise.all(
      frames.slice(centre - reach, centre + reach + 1).map((file) => readSized(file, options)),
    );
    const truth = await readObject(annotations[centre]!, options);
    found.motion.push(score(truth, segmentMotion(window)[reach]!));
    found.plainFlow.push(score(truth, plainFlow(window[reach]!, window[reach + 1]!)));
    found.everything.push(score(truth, { ...truth, data: new Uint8Array(truth.data.length).fill(1) }));
  }
  return {
    motion: meanScore(found.motion),
    plainFlow: meanScore(found.plainFlow),
    everything: meanScore(found.everything),
  };
}
