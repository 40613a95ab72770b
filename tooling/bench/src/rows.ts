import type { Row } from './row.js';
import { adacofRows } from './rows/adacof.js';
import { compileRows } from './rows/compile.js';
import { convolutionRows } from './rows/convolution.js';
import { evalRows } from './rows/eval.js';
import { ifrnetRows } from './rows/ifrnet.js';
import { operatorRows } from './rows/operators.js';
import { passRows } from './rows/passes.js';
import { precisionRows } from './rows/quant.js';
import { rifeRows } from './rows/rife.js';
import { sizeRows } from './rows/size.js';
import { stcnRows } from './rows/stcn.js';
import { trainingRows } from './rows/training.js';
import { vosRows } from './rows/vos.js';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [
  ...ifrnetRows,
  ...rifeRows,
  ...adacofRows,
  ...compileRows,
  ...convolutionRows,
  ...operatorRows,
  ...passRows,
  ...precisionRows,
  ...sizeRows,
  ...stcnRows,
  ...trainingRows,
  ...vosRows,
  ...evalRows,
];
