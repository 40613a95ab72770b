import { diff, rnd } from './fuzz-lib.js';
const int = (a: number, b: number) => a + Math.floor(rnd.uniform(0, 1) * (b - a + 1));
const end = Date.now() + Number(process.argv[2] ?? 40) * 1000;
let n = 0, bad = 0;
while (Date.now() < end) {
  const group = process.argv[3] === 'g' ? int(1, 3) : 1;
  const [cin, cout] = [int(1, 40), int(1, 40)];
  const [kh, kw] = [int(1, 4), int(1, 4)];
  const [h, w] = [int(1, 9), int(1, 9)];
  const s = [int(1, 3), int(1, 3)], d = int(0, 4) === 0 ? [2, 2] : [1, 1];
  const pads = int(0, 1) ? [0,0,0,0] : [int(0, 1), int(0, 1), int(0, 1), int(0, 1)];
  const op = [int(0, s[0]! - 1), int(0, s[1]! - 1)];
  const b = int(1, 2); const bias = int(0, 1), cst = int(0, 1);
  const oh = s[0]! * (h - 1) + op[0]! + (kh - 1) * d[0]! + 1 - pads[0]! - pads[2]!, ow = s[1]! * (w - 1) + op[1]! + (kw - 1) * d[1]! + 1 - pads[1]! - pads[3]!;
  if (oh < 1 || ow < 1) continue;
  const r = await diff([[b, cin * group, h, w], [cin * group, cout, kh, kw], [cout * group]], (g, [x, f, c]) => [g.node('ConvTranspose', bias ? [x!, f!, c!] : [x!, f!], { strides: s, dilations: d, pads, group, output_padding: op })], cst ? { constants: [1, 2] } : {});
  n++;
  if (!(r.err < 1e-5)) { bad++; console.log(r.err.toExponential(1), JSON.stringify({ b, cin, cout, k: [kh, kw], hw: [h, w], s, d, pads, op, bias, cst, group }), r.note); }
}
console.log(n, 'cases', bad, 'bad');
