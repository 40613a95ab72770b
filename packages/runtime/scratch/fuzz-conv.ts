import { diff, rnd } from './fuzz-lib.js';
const int = (a: number, b: number) => a + Math.floor(rnd.uniform(0, 1) * (b - a + 1));
const end = Date.now() + Number(process.argv[2] ?? 40) * 1000;
let n = 0, bad = 0;
while (Date.now() < end) {
  const group = process.argv[3] === 'g' ? int(1, 3) : 1;
  const [cin, cout] = [int(1, 70), int(1, 70)];
  const [kh, kw] = [int(1, 4), int(1, 4)];
  const [h, w] = [int(kh, 12), int(kw, 12)];
  const s = [int(1, 2), int(1, 2)], d = int(0, 4) === 0 ? [2, 2] : [1, 1];
  const pads = int(0, 1) ? [1, 1, 1, 1] : [int(0, 2), int(0, 2), int(0, 2), int(0, 2)];
  const b = int(1, 2);
  if ((h + pads[0]! + pads[2]! - (kh - 1) * d[0]! - 1) < 0 || (w + pads[1]! + pads[3]! - (kw - 1) * d[1]! - 1) < 0) continue;
  const bias = int(0, 1); const cst = int(0, 1);
  const r = await diff([[b, cin * group, h, w], [cout * group, cin, kh, kw], [cout * group]], (g, [x, f, c]) => [g.node('Conv', bias ? [x!, f!, c!] : [x!, f!], { strides: s, dilations: d, pads, group })], cst ? { constants: [1, 2] } : {});
  n++;
  if (!(r.err < 1e-5)) { bad++; console.log(r.err.toExponential(1), JSON.stringify({ b, cin, cout, k: [kh, kw], hw: [h, w], s, d, pads, bias, cst, group }), r.note); }
}
console.log(n, 'cases', bad, 'bad');
