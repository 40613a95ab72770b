import type { ResultProtocolInput } from '../results/result-protocol.js';
import { publishedTable } from './published-rows.js';

const numbers = {
  ...{ ape: 1, benchvise: 2, camera: 4, can: 5, cat: 6, driller: 8, duck: 9, eggbox: 10, glue: 11, holepuncher: 12 },
  ...{ iron: 13, lamp: 14, phone: 15 },
};

/** Poses of 13 objects. */
export const linemod: ResultProtocolInput = {
  id: 'linemod',
  version: 1,
  title: 'Linemod',
  description:
    'Poses of 13 objects, one for each test picture. Share of poses whose mean distance (to the nearest point for eggbox and ' +
    'glue) is below 0.02, 0.05 and 0.1 of the diameter, and whose reprojection error is below 2, 5, 10 and 20 pixels; mean ' +
    "over objects. For interpolation: every second picture of each object's whole sequence is replaced by a predicted one.",
  source:
    'Linemod as EPro-PnP (https://github.com/tjiiv-cprg/EPro-PnP) prepares it: the folder with models and real_test; models ' +
    'in metres. Linemod of Hinterstoisser et al. is for research.',
  task: 'pose',
  objects: Object.entries(numbers).map(([name, number]) => ({ name, number })),
  symmetric: ['eggbox', 'glue'],
  halfTurn: ['eggbox'],
  camera: [572.4114, 0, 325.2611, 0, 573.57043, 242.04899, 0, 0, 1],
  distances: [0.02, 0.05, 0.1],
  pixels: [2, 5, 10, 20],
  items: 13,
  results: 'NAME/000000-pose.txt for each file of real_test: three rows [R | t] in metres; missing ones count as wrong',
  published: [
    publishedTable(
      'VOS-VFI, Table 5',
      ['rep-20px', 'add-0.1d'],
      {
        AdaCoF: [62.33, 50.9],
        'AdaCoF-VOS': [63.43, 51.06],
        CDFI: [63.24, 50.99],
        'CDFI-VOS': [64.09, 51.36],
        IFRNet: [64.16, 51.6],
        'IFRNet-VOS': [64.28, 51.67],
        'all frames': [99.96, 96.18],
      },
      [
        'The table does not say how pictures of training, which lie between those of testing, are used as neighbours.',
        'Poses are those of EPro-PnP; its row of all frames is that of its long schedule.',
      ],
    ),
    publishedTable('EPro-PnP, README (v1b, without frame interpolation)', ['add-0.02d', 'add-0.05d', 'add-0.1d'], {
      basic: [33.05, 72.69, 92.4],
      'with derivative regularization': [34.78, 74.34, 93.24],
      'with CDPN initialization': [42.67, 81.07, 95.7],
      'with long schedule': [45.14, 82.21, 96.18],
    }),
  ],
};
