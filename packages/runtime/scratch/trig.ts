import { diff } from './fuzz-lib.js';
for (const op of ['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Atanh', 'Erf', 'Exp', 'Elu', 'Sigmoid', 'Softplus', 'Log', 'Sqrt', 'Reciprocal']) {
  const r = await diff([[400]], (g, [x]) => [g.node(op, [['Log','Sqrt'].includes(op) ? g.node('Abs', [x!]) : x!])]);
  const far = await diff([[400]], (g, [x]) => [g.node(op, [g.node('Mul', [['Log','Sqrt'].includes(op) ? g.node('Abs', [x!]) : x!, g.scalar(['Asin','Acos','Atanh'].includes(op) ? 0.99: 12, 'float32')])])]);
  console.log(op, r.err.toExponential(1), far.err.toExponential(1), r.note);
}
