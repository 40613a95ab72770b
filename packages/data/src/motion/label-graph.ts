import { type ColourModel, createColourModel } from './colour-model.js';
import type { FrameResidual, Motion } from './evidence.js';
import { createCutGraph } from './min-cut.js';
import { meansOver, type Superpixels } from './superpixels.js';

/** A frame of a window, ready to be labelled. */
export interface LabelFrame {
  readonly pieces: Superpixels;
  /** [height, width, 3] of `opponentColours`. */
  readonly colours: Float32Array;
  readonly residual: FrameResidual;
  /** [height, width], -1..1: what motion says, background to object. */
  readonly motion: Float32Array;
  /** To the next frame of the window. */
  readonly next: Motion | undefined;
}

/** How much each part of the energy counts. */
export interface LabelWeights {
  readonly motion: number;
  readonly colour: number;
  readonly smoothness: number;
  readonly time: number;
}

/** Most that colour says for or against an object. */
const MOST_ODDS = 2.5;
const ROUNDS = 3;

interface Tie {
  readonly first: number;
  readonly second: number;
  length: number;
}

/** Lengths of the borders between pieces, and of the ways of their pixels to the next frame. */
function collectTies(frames: readonly LabelFrame[], offsets: readonly number[], total: number) {
  const [space, time] = [new Map<number, Tie>(), new Map<number, Tie>()];
  const add = (ties: Map<number, Tie>, first: number, second: number) => {
    const key = Math.min(first, second) * total + Math.max(first, second);
    const tie = ties.get(key);
    if (tie) tie.length++;
    else ties.set(key, { first, second, length: 1 });
  };
  frames.forEach(({ pieces: { labels, width, height }, next }, f) => {
    const offset = offsets[f]!;
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const label = labels[i]!;
        if (x < width - 1 && labels[i + 1]! !== label) add(space, offset + label, offset + labels[i + 1]!);
        if (y < height - 1 && labels[i + width]! !== label) add(space, offset + label, offset + labels[i + width]!);
        if (!next || next.trust[i]! < 0.3) continue;
        const [px, py] = [Math.round(x + next.flow.u.data[i]!), Math.round(y + next.flow.v.data[i]!)];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        add(time, offset + label, offsets[f + 1]! + frames[f + 1]!.pieces.labels[py * width + px]!);
      }
    }
  });
  return { space: [...space.values()], time: [...time.values()] };
}

function learnColours(frames: readonly LabelFrame[], shareOf: (frame: number, i: number) => number): ColourModel {
  const model = createColourModel();
  frames.forEach(({ colours, pieces }, f) => {
    for (let i = 0; i < pieces.labels.length; i++) model.add(colours, i * 3, shareOf(f, i), 1);
  });
  model.finish();
  return model;
}

/** Means over pieces, of all frames one after the other. */
const joined = (parts: readonly Float32Array[]) => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/**
 * Labels the pieces of all frames of a window together, by the cheapest cut of a graph: motion and colour speak for each
 * piece, similar neighbours in space and in time have the same label. The colours of objects and background are learned
 * from motion first, then from the labels.
 * @returns for each frame [height, width]: 1 for objects, 0 for background.
 */
export function labelWindow(frames: readonly LabelFrame[], weights: LabelWeights): Uint8Array[] {
  const offsets: number[] = [];
  let total = 0;
  for (const { pieces } of frames) {
    offsets.push(total);
    total += pieces.count;
  }
  const { space, time } = collectTies(frames, offsets, total);
  const sizes = joined(frames.map(({ pieces }) => pieces.sizes));
  const motion = joined(frames.map((frame) => meansOver(frame.pieces, frame.motion)));
  const colours = joined(frames.map(({ pieces }) => pieces.colours));
  const [u, v] = (['u', 'v'] as const).map((key) =>
    joined(frames.map((f) => meansOver(f.pieces, f.residual[key].data))),
  );
  const length = joined(frames.map((f) => meansOver(f.pieces, f.residual.length.data)));
  const likeness = ({ first, second }: Tie, tolerance: number) => {
    let square = 0;
    for (let c = 0; c < 3; c++) square += (colours[first * 3 + c]! - colours[second * 3 + c]!) ** 2 * (c > 0 ? 2 : 1);
    return Math.exp(-square / (2 * tolerance * tolerance));
  };
  const togetherness = ({ first, second }: Tie) => {
    const apart = Math.hypot(u![first]! - u![second]!, v![first]! - v![second]!);
    return Math.exp(-apart / (0.3 + 0.25 * (length[first]! + length[second]!)));
  };
  const spaceTies = space.map(
    (tie) => weights.smoothness * tie.length * (0.05 + likeness(tie, 14) * togetherness(tie)),
  );
  const timeTies = time.map((tie) => weights.time * tie.length * likeness(tie, 20));
  let model = learnColours(frames, (f, i) => Math.max(0, frames[f]!.motion[i]!));
  let labels: Uint8Array = new Uint8Array(total);
  for (let round = 0; round < ROUNDS; round++) {
    const odds = joined(
      frames.map(({ pieces, colours: all }) => {
        const plane = new Float32Array(pieces.labels.length);
        for (let i = 0; i < plane.length; i++) {
          plane[i] = Math.max(-MOST_ODDS, Math.min(MOST_ODDS, model.odds(all, i * 3)));
        }
        return meansOver(pieces, plane);
      }),
    );
    const graph = createCutGraph(total);
    const trust = weights.colour * model.contrast();
    for (let k = 0; k < total; k++) {
      const pull = sizes[k]! * (weights.motion * motion[k]! + trust * odds[k]!);
      graph.pull(k, Math.max(0, pull), Math.max(0, -pull));
    }
    for (const [k, { first, second }] of space.entries()) graph.tie(first, second, spaceTies[k]!);
    for (const [k, { first, second }] of time.entries()) graph.tie(first, second, timeTies[k]!);
    labels = graph.cut();
    const found = labels;
    model = learnColours(frames, (f, i) => found[offsets[f]! + frames[f]!.pieces.labels[i]!]!);
  }
  return frames.map(({ pieces }, f) => Uint8Array.from(pieces.labels, (label) => labels[offsets[f]! + label]!));
}
