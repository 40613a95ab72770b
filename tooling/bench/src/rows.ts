import type { Row } from './row.js';
import { ifrnetRows } from './rows/ifrnet.js';
import { passRows } from './rows/passes.js';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [...ifrnetRows, ...passRows];
