import { diff } from './fuzz-lib.js';
for (const group of [2, 3, 4, 6]) for (const cg of [1, 3]) { let line = `g${group} cin/g${cg}: `;
for (const og of [1, 2, 3, 4, 5, 6, 8, 10]) { const r = await diff([[1, cg * group, 3, 3], [og * group, cg, 2, 2]], (g, [x, f]) => [g.node('Conv', [x!, f!], { group })]); line += ` ${og}${r.err < 1e-5 ? '.' : 'X'}`; } console.log(line); }
