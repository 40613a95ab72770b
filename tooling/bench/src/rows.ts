import type { Row } from './row.js';
import { ifrnetRows } from './rows/ifrnet.js';
import { operatorRows } from './rows/operators.js';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [...ifrnetRows, ...operatorRows];
