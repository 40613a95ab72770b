import { positiveAxis } from '../../graph/broadcast.js';
import { NodeWriter } from './node-writer.js';
import type { RewriteRule, Rewriting } from './rewrite-nodes.js';

const written =
  (write: (w: NodeWriter, rewriting: Rewriting) => string | undefined): RewriteRule =>
  (rewriting) => {
    const result = write(new NodeWriter(rewriting.graph), rewriting);
    return result === undefined ? undefined : [result];
  };

/** A rule for whole numbers only. */
const forIntegers = (write: (w: NodeWriter, a: string, b: string) => string): RewriteRule =>
  written((w, { info, inputs }) =>
    info(0).dtype === 'int32' ? write(w, inputs[0] as string, inputs[1] as string) : undefined,
  );

/** Halves go to the even neighbour. */
const round = written((w, { inputs: [x] }) => {
  const floor = w.node('Floor', x as string);
  const fraction = w.sub(x as string, floor);
  const half = w.float(0.5);
  const odd = w.node('Greater', w.sub(w.mul(floor, half), w.node('Floor', w.mul(floor, half))), w.float(0.25));
  const tie = w.mul(w.indicator(w.node('Equal', fraction, half)), w.indicator(odd));
  return w.add(floor, w.indicator(w.node('Greater', fraction, half)), tie);
});

const sign = written((w, { inputs: [x], info }) => {
  const { dtype } = info(0);
  const zero = w.graph.scalar(0, dtype);
  return w.sub(w.cast(w.node('Greater', x as string, zero), dtype), w.cast(w.node('Less', x as string, zero), dtype));
});

const selu = written((w, { inputs: [x], node }) => {
  const { alpha = 1.6732632423543772, gamma = 1.0507009873554805 } = node.attributes;
  const negative = w.mul(w.sub(w.node('Exp', x as string), w.float(1)), w.float(Number(alpha)));
  const value = w.node('Where', w.node('Greater', x as string, w.float(0)), x as string, negative);
  return w.mul(value, w.float(Number(gamma)));
});

const logSoftmax = written((w, { inputs: [x], node, info }) => {
  const axis = positiveAxis((node.attributes.axis as number | undefined) ?? -1, info(0).shape.length);
  const shifted = w.sub(x as string, w.reduce('ReduceMax', x as string, axis, 1));
  return w.sub(shifted, w.node('Log', w.reduce('ReduceSum', w.node('Exp', shifted), axis, 1)));
});

/** The remainder takes the divisor's sign, as ONNX says for whole numbers; WGSL's division rounds towards zero. */
const remainder = forIntegers((w, a, b) => {
  const rest = w.sub(a, w.mul(w.node('Div', a, b), b));
  const negative = (value: string) => w.cast(w.node('Less', value, w.int(0)), 'int32');
  const signsDiffer = w.node('Not', w.node('Equal', negative(rest), negative(b)));
  const wrong = w.node('And', signsDiffer, w.node('Not', w.node('Equal', rest, w.int(0))));
  return w.node('Where', wrong, w.add(rest, b), rest);
});

const equalConditions = written((w, { inputs: [a, b], info }) =>
  info(0).dtype === 'bool' ? w.node('Equal', w.cast(a as string, 'int32'), w.cast(b as string, 'int32')) : undefined,
);

/** Operators that the provider has not, or not for the type, in terms of those it has. */
export const missingOperators: Readonly<Record<string, RewriteRule>> = {
  Round: round,
  Sign: sign,
  Selu: selu,
  LogSoftmax: logSoftmax,
  Mod: remainder,
  Equal: equalConditions,
  Sum: written((w, { inputs }) => (inputs.length === 1 ? undefined : w.add(...inputs))),
  Abs: forIntegers((w, x) => w.node('Max', x, w.sub(w.int(0), x))),
  Neg: forIntegers((w, x) => w.sub(w.int(0), x)),
  Or: written((w, { inputs: [a, b] }) =>
    w.node('Not', w.node('And', w.node('Not', a as string), w.node('Not', b as string))),
  ),
  Xor: written((w, { inputs: [a, b] }) =>
    w.node('Not', w.node('Equal', w.cast(a as string, 'int32'), w.cast(b as string, 'int32'))),
  ),
};
