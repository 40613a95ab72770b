import type { ResultProtocolInput } from '../results/result-protocol.js';
import { davis2016Validation, davis2017Validation, davisSource } from './davis-sequences.js';
import { publishedTable } from './published-rows.js';
import { vosvfiDavis2016, vosvfiDavis2017 } from './vosvfi-tables.js';

const columns = ['j-and-f', 'j-mean', 'f-mean'];

/** The rows of a table that say something about masks, without its other columns. */
function masksOf(table: typeof vosvfiDavis2016): typeof vosvfiDavis2016 {
  return {
    source: table.source,
    rows: table.rows.map(({ method, values }) => ({
      method,
      values: Object.fromEntries(Object.entries(values).filter(([column]) => columns.includes(column))),
    })),
    differences: ['Masks of the table were carried by STCN through given and predicted frames saved as JPEG.'],
  };
}

/** The segmenter of these tables on the original frames. */
const stcn = (values: readonly number[]) =>
  publishedTable('STCN, README (without frame interpolation)', columns, { STCN: values });

/** One object in each sequence. */
export const davis2016Segmentation: ResultProtocolInput = {
  id: 'davis2016-segmentation',
  version: 1,
  title: 'DAVIS 2016, masks',
  description:
    'Masks of the 20 validation sequences, all labels being one object. J, F and J&F of all frames but the first and last.',
  source: davisSource,
  task: 'segmentation',
  resolution: '480p',
  sequences: davis2016Validation,
  objects: 'merged',
  items: 20,
  results: 'NAME/00000.png for each frame, palette or grey; the first may be missing',
  published: [masksOf(vosvfiDavis2016), stcn([91.7, 90.4, 93.0])],
};

/** Several objects in each sequence. */
export const davis2017Segmentation: ResultProtocolInput = {
  ...davis2016Segmentation,
  id: 'davis2017-segmentation',
  title: 'DAVIS 2017, masks',
  description:
    'Masks of the 30 validation sequences. J, F and J&F of each of the 61 objects, over all frames but the first and last.',
  task: 'segmentation',
  sequences: davis2017Validation,
  objects: 'separate',
  items: 30,
  published: [masksOf(vosvfiDavis2017), stcn([85.3, 82.0, 88.6])],
};
