import { diff } from './fuzz-lib.js';
for (const group of [2, 3, 4]) for (const cg of [1, 2, 3, 4, 5, 8]) { let line = `g${group} cin/g${cg}: `;
for (const og of [1, 2, 3, 4, 5, 8]) { let bad = '';
  for (const s of [1, 3]) { const r = await diff([[1, cg * group, 3, 3], [cg * group, og, 2, 2]], (g, [x, f]) => [g.node('ConvTranspose', [x!, f!], { group, strides: [s, s] })]); bad += r.err < 1e-5 ? '.' : 'X'; }
  line += ` ${og}${bad}`; } console.log(line); }
