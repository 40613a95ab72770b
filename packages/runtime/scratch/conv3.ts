import { diff } from './fuzz-lib.js';
for (const cout of [4, 8, 20, 32]) { let line = '';
for (const k of [[3,3],[1,2],[4,4]]) {
  line += ` k${k}: `;
  for (const cin of [3, 6, 9, 15, 18, 21, 27, 30, 42, 45, 54]) {
  const r = await diff([[1, cin, 9, 8], [cout, cin, ...k]], (g, [x, f]) => [g.node('Conv', [x!, f!], { strides: [1, 1], pads: [1, 1, 1, 1] })]);
  line += `${cin}${r.err < 1e-5 ? 'ok' : 'BAD'} `;
  } } console.log(cout, line); }
