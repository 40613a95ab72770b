import type { Random } from '@vosvfi/core';

/** A silhouette around the origin of its own plane, in pixels at scale 1. */
export interface Shape {
  /** Nothing of the shape lies farther from the origin. */
  readonly radius: number;
  /** Distance to the outline, negative inside; exact near the outline to a few per cent. */
  distance(x: number, y: number): number;
}

const TABLE = 256;

/** A smooth closed curve: a circle whose radius is modulated by a few harmonics. */
function blob(radius: number, random: Random): Shape {
  const profile = new Float64Array(TABLE + 1);
  const stretch = random.uniform(0.5, 1);
  const harmonics = Array.from({ length: 5 }, (_, k) => ({
    order: k + 2,
    gain: random.uniform(0, 0.45) / (k + 2),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  for (let i = 0; i <= TABLE; i++) {
    const angle = (i / TABLE) * 2 * Math.PI;
    let value = 1;
    for (const { order, gain, phase } of harmonics) value += gain * Math.cos(order * angle + phase);
    profile[i] = value / Math.hypot(Math.cos(angle), Math.sin(angle) / stretch);
  }
  const scale = (radius - 0.5) / Math.max(...profile);
  for (let i = 0; i <= TABLE; i++) profile[i]! *= scale;
  return {
    radius,
    distance(x, y) {
      const r = Math.sqrt(x * x + y * y);
      let turn = Math.atan2(y, x) / (2 * Math.PI);
      if (turn < 0) turn += 1;
      const position = turn * TABLE;
      const i = Math.min(TABLE - 1, position | 0);
      const from = profile[i]!;
      const difference = profile[i + 1]! - from;
      const outline = from + difference * (position - i);
      // |grad(r - outline(angle))| in polar coordinates.
      const slope = (difference * TABLE) / (2 * Math.PI) / Math.max(r, 1e-6);
      return (r - outline) / Math.sqrt(1 + Math.min(slope * slope, 100));
    },
  };
}

/** A polygon that is star-shaped around the origin: triangles, boxes, gems, spiky stars. */
function polygon(radius: number, random: Random): Shape {
  const count = random.integer(3, 10);
  const roughness = random.uniform(0, 0.6);
  const start = random.uniform(0, 2 * Math.PI);
  const xs = new Float64Array(count);
  const ys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const angle = start + ((i + random.uniform(-0.3, 0.3)) / count) * 2 * Math.PI;
    const r = (radius - 0.5) * (1 - roughness * random.uniform());
    xs[i] = r * Math.cos(angle);
    ys[i] = r * Math.sin(angle);
  }
  return {
    radius,
    distance(x, y) {
      let nearest = Number.POSITIVE_INFINITY;
      let inside = false;
      for (let i = 0, j = count - 1; i < count; j = i++) {
        const ex = xs[j]! - xs[i]!;
        const ey = ys[j]! - ys[i]!;
        const px = x - xs[i]!;
        const py = y - ys[i]!;
        const along = Math.min(1, Math.max(0, (px * ex + py * ey) / (ex * ex + ey * ey)));
        const dx = px - ex * along;
        const dy = py - ey * along;
        nearest = Math.min(nearest, dx * dx + dy * dy);
        if (ys[i]! > y !== ys[j]! > y && px < (ex * py) / ey) inside = !inside;
      }
      return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
    },
  };
}

/** Line pieces with round ends: x0, y0, x1, y1, half width. */
type Stroke = readonly [number, number, number, number, number];

/** The union of strokes and, where `ring` is given, of a ring around the origin. */
function strokes(radius: number, pieces: readonly Stroke[], ring?: { radius: number; half: number }): Shape {
  const flat = new Float64Array(pieces.flat());
  return {
    radius,
    distance(x, y) {
      let nearest = ring ? Math.abs(Math.sqrt(x * x + y * y) - ring.radius) - ring.half : Number.POSITIVE_INFINITY;
      for (let i = 0; i < flat.length; i += 5) {
        const ex = flat[i + 2]! - flat[i]!;
        const ey = flat[i + 3]! - flat[i + 1]!;
        const px = x - flat[i]!;
        const py = y - flat[i + 1]!;
        const along = Math.min(1, Math.max(0, (px * ex + py * ey) / (ex * ex + ey * ey + 1e-9)));
        const dx = px - ex * along;
        const dy = py - ey * along;
        nearest = Math.min(nearest, Math.sqrt(dx * dx + dy * dy) - flat[i + 4]!);
      }
      return nearest;
    },
  };
}

/** Half width of a thin part: from about a pixel across to a few. */
const thinHalf = (radius: number, random: Random) => random.uniform(0.6, Math.max(0.8, 0.09 * radius));

function bar(radius: number, random: Random): Shape {
  const half = thinHalf(radius, random) * 1.5;
  const reach = Math.max(half, radius - half - 0.5);
  return strokes(radius, [[-reach, 0, reach, 0, half]]);
}

function wheel(radius: number, random: Random): Shape {
  const half = thinHalf(radius, random);
  const rim = radius - half - 0.5;
  const count = random.integer(3, 8);
  const spokes = Array.from({ length: count }, (_, k): Stroke => {
    const angle = (k / count) * 2 * Math.PI;
    return [0, 0, rim * Math.cos(angle), rim * Math.sin(angle), half * 0.7];
  });
  return strokes(radius, [...spokes, [0, 0, 0, 0, half * 2.5]], { radius: rim, half });
}

function fence(radius: number, random: Random): Shape {
  const half = thinHalf(radius, random) * 0.8;
  const reach = (radius - half - 0.5) / Math.SQRT2;
  const pieces: Stroke[] = [];
  const across = random.integer(2, 5);
  const down = random.integer(2, 5);
  for (let k = 0; k < across; k++) {
    const x = reach * ((2 * k) / (across - 1) - 1);
    pieces.push([x, -reach, x, reach, half]);
  }
  for (let k = 0; k < down; k++) {
    const y = reach * ((2 * k) / (down - 1) - 1);
    pieces.push([-reach, y, reach, y, half]);
  }
  return strokes(radius, pieces);
}

/** Strokes between the nodes of a small grid, a few for each "letter". */
function writing(radius: number, random: Random): Shape {
  const half = thinHalf(radius, random);
  const letters = random.integer(1, 4);
  const reach = (radius - half - 0.5) * 0.9;
  const pitch = (2 * reach) / letters;
  const rise = Math.min(reach * 0.43, pitch);
  const pieces: Stroke[] = [];
  for (let letter = 0; letter < letters; letter++) {
    const middle = -reach + pitch * (letter + 0.5);
    const node = () =>
      [middle + random.integer(-1, 1) * pitch * 0.35, random.integer(-1, 1) * rise] as readonly [number, number];
    let from = node();
    for (let k = random.integer(2, 4); k > 0; k--) {
      const to = node();
      pieces.push([...from, ...to, half]);
      from = to;
    }
  }
  return strokes(radius, pieces);
}

const thinShapes = [bar, wheel, fence, writing] as const;

/** A random silhouette of the given bounding radius in pixels. */
export function createShape(radius: number, isThin: boolean, random: Random): Shape {
  if (isThin) return thinShapes[random.integer(0, thinShapes.length - 1)]!(radius, random);
  return random.chance(0.55) ? blob(radius, random) : polygon(radius, random);
}
