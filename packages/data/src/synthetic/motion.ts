import type { Random } from '@vosvfi/core';

/** Maps (x, y) to (a x + b y + c, d x + e y + f). */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** Where a plane is at time t: its own coordinates to the next outer ones. */
export type Motion = (t: number) => Affine;

/** The map that applies `inner` first, then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  return {
    a: outer.a * inner.a + outer.b * inner.d,
    b: outer.a * inner.b + outer.b * inner.e,
    c: outer.a * inner.c + outer.b * inner.f + outer.c,
    d: outer.d * inner.a + outer.e * inner.d,
    e: outer.d * inner.b + outer.e * inner.e,
    f: outer.d * inner.c + outer.e * inner.f + outer.f,
  };
}

/** The map back. */
export function invert({ a, b, c, d, e, f }: Affine): Affine {
  const determinant = a * e - b * d;
  const inverse = { a: e / determinant, b: -b / determinant, d: -d / determinant, e: a / determinant };
  return { ...inverse, c: -(inverse.a * c + inverse.b * f), f: -(inverse.d * c + inverse.e * f) };
}

/** Square root of the area that a unit square maps to. */
export function scaleOf({ a, b, d, e }: Affine): number {
  return Math.sqrt(Math.abs(a * e - b * d));
}

/** What a plane does between t = 0 and t = 1; it stands at `centre`, turned by `angle`, at t = 0.5 on a straight path. */
export interface MotionPlan {
  readonly centre: readonly [number, number];
  readonly angle: number;
  readonly shift: readonly [number, number];
  /** Deviation at t = 0.5 from the straight line between the positions at 0 and 1, pixels. */
  readonly bend: readonly [number, number];
  readonly turn: number;
  /** Natural logarithm of the growth. */
  readonly logGrowth: number;
  /** Scale along the plane's own x and y axes, constant over time. */
  readonly stretch: readonly [number, number];
}

/** Uniform motion along a parabola, uniform rotation, exponential growth: smooth and exact at every t. */
export function createMotion(plan: MotionPlan): Motion {
  return (t) => {
    const s = t - 0.5;
    const arc = 1 - 4 * s * s;
    const scale = Math.exp(plan.logGrowth * s);
    const angle = plan.angle + plan.turn * s;
    const cos = Math.cos(angle) * scale;
    const sin = Math.sin(angle) * scale;
    return {
      a: cos * plan.stretch[0],
      b: -sin * plan.stretch[1],
      c: plan.centre[0] + plan.shift[0] * s + plan.bend[0] * arc,
      d: sin * plan.stretch[0],
      e: cos * plan.stretch[1],
      f: plan.centre[1] + plan.shift[1] * s + plan.bend[1] * arc,
    };
  };
}

/** A magnitude up to `largest`, small ones more likely; in a random direction. */
export function drawShift(largest: number, random: Random): readonly [number, number] {
  const length = largest * random.uniform() ** 1.5;
  const angle = random.uniform(0, 2 * Math.PI);
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

/** A signed magnitude up to `largest`, small ones more likely. */
export function drawSigned(largest: number, random: Random): number {
  const value = random.uniform(-1, 1);
  return largest * value * Math.abs(value) ** 0.5;
}
