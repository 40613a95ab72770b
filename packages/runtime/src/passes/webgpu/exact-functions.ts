import { NodeWriter } from './node-writer.js';
import type { RewriteRule } from './rewrite-nodes.js';

/**
 * Functions whose WGSL versions are allowed errors that float32 need not have: sine and cosine of 2^-11, tanh and
 * atanh as much near zero, where what counts is the relative error.
 */
const unary =
  (write: (w: NodeWriter, x: string) => string): RewriteRule =>
  ({ graph, inputs, info }) =>
    info(0).dtype === 'float32' ? [write(new NodeWriter(graph), inputs[0] as string)] : undefined;

/** x (c0 + c1 x^2 + c2 x^4 + ...). */
function oddPolynomial(w: NodeWriter, x: string, coefficients: readonly number[]): string {
  const square = w.mul(x, x);
  const inner = coefficients
    .slice(0, -1)
    .reduceRight((sum, c) => w.add(w.mul(sum, square), w.float(c)), w.float(coefficients.at(-1) as number));
  return w.mul(x, inner);
}

/** Pi in parts of few digits, so that whole multiples of the first two are exact (Cody and Waite). */
const piParts = [3.140625, 9.675025939941406e-4, 1.5099579909783765e-7];

/** Sine's Taylor series to x^11: 6e-8 off at pi / 2. */
const sineSeries = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800];

/** sin(x - (turns + shift) pi) with the sign that `turns` half circles give it. */
function sineOfRest(w: NodeWriter, x: string, turns: string, shift: number): string {
  const multiple = shift === 0 ? turns : w.add(turns, w.float(shift));
  const rest = piParts.reduce((value, part) => w.sub(value, w.mul(multiple, w.float(part))), x);
  const half = w.mul(turns, w.float(0.5));
  const odd = w.mul(w.sub(half, w.node('Floor', half)), w.float(2));
  const sign = w.sub(w.float(1), w.mul(odd, w.float(2)));
  return w.mul(oddPolynomial(w, rest, sineSeries), sign);
}

function sine(w: NodeWriter, x: string): string {
  const turns = w.node('Floor', w.add(w.mul(x, w.float(1 / Math.PI)), w.float(0.5)));
  return sineOfRest(w, x, turns, 0);
}

function cosine(w: NodeWriter, x: string): string {
  const turns = w.node('Floor', w.mul(x, w.float(1 / Math.PI)));
  return w.node('Neg', sineOfRest(w, x, turns, 0.5));
}

/** acos(x) = 2 asin(sqrt((1 - x) / 2)) where that keeps more digits. */
function arcCosine(w: NodeWriter, x: string): string {
  const small = w.node('Max', w.mul(w.sub(w.float(1), x), w.float(0.5)), w.float(0));
  const near = w.mul(w.node('Asin', w.node('Sqrt', small)), w.float(2));
  const far = w.sub(w.float(Math.PI / 2), w.node('Asin', x));
  return w.node('Where', w.node('Greater', x, w.float(0.5)), near, far);
}

/** A series below 1/4, the operator itself beyond. */
const seriesNearZero = (opType: string, coefficients: readonly number[]): RewriteRule =>
  unary((w, x) => {
    const near = w.node('Less', w.node('Abs', x), w.float(0.25));
    return w.node('Where', near, oddPolynomial(w, x, coefficients), w.node(opType, x));
  });

/** x^y in whole numbers, by squaring; negative powers are 0 (or what 1 and -1 give). */
const power: RewriteRule = ({ graph, inputs: [base, exponent], info }) => {
  if (info(0).dtype !== 'int32') return undefined;
  const w = new NodeWriter(graph);
  const one = w.int(1);
  let [result, factor, rest] = [one, base as string, w.cast(exponent as string, 'int32')];
  // Five bits: 2^32 and more have no room in 32 bits.
  for (let bit = 0; bit < 5; bit++) {
    const half = w.node('Div', rest, w.int(2));
    const odd = w.node('Greater', w.sub(rest, w.mul(half, w.int(2))), w.int(0));
    result = w.mul(result, w.node('Where', odd, factor, one));
    [factor, rest] = [w.mul(factor, factor), half];
  }
  return [result];
};

/** The logarithm of a negative number is not a number; WGSL leaves open what it is. */
function logarithm(w: NodeWriter, x: string): string {
  return w.node('Where', w.node('Less', x, w.float(0)), w.float(Number.NaN), w.node('Log', x));
}

/** Functions that the provider computes with too few digits. */
export const exactFunctions: Readonly<Record<string, RewriteRule>> = {
  Sin: unary(sine),
  Cos: unary(cosine),
  Tan: unary((w, x) => w.node('Div', sine(w, x), cosine(w, x))),
  Acos: unary(arcCosine),
  Tanh: seriesNearZero('Tanh', [1, -1 / 3, 2 / 15, -17 / 315, 62 / 2835, -1382 / 155925]),
  Atanh: seriesNearZero('Atanh', [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13]),
  Log: unary(logarithm),
  Pow: power,
};
