import type { ResultProtocolInput } from '../results/result-protocol.js';
import { publishedTable } from './published-rows.js';

const differences = [
  'The tracker of the table is SiamRPN++; which of its models, and with what settings, is not said.',
  'Every second frame was replaced by a predicted one; what happens to the last frame of videos of even length is not said.',
];

/** The short-term challenge of 2018. */
export const vot2018: ResultProtocolInput = {
  id: 'vot2018',
  version: 1,
  title: 'VOT2018, short term',
  description:
    '60 videos; the tracker is started again five frames after each failure. Accuracy over all counted frames of all videos, ' +
    'ten frames after each start left out; failures for every 100 frames; expected average overlap over lengths 100 to 356. ' +
    'For interpolation: files 2, 4, 6, ... are replaced by predicted frames, a last one without right neighbour is kept, and ' +
    'the tracker runs on these; annotations are those of all frames.',
  source:
    'VOT2018 short-term (https://www.votchallenge.net/vot2018): the folder with list.txt that the VOT toolkit makes; for ' +
    'research, frames belong to their authors.',
  task: 'supervised-tracking',
  lengths: [100, 356],
  items: 60,
  results:
    'baseline/NAME/NAME_001.txt of the VOT toolkit: a region for each frame, or 1 (start), 2 (failure), 0 (waiting)',
  published: [
    publishedTable(
      'VOS-VFI, Table 4 (VOT2018)',
      ['accuracy', 'robustness'],
      {
        AdaCoF: [59.2, 0.44],
        'AdaCoF-VOS': [59.8, 0.426],
        CDFI: [58.7, 0.403],
        'CDFI-VOS': [60.1, 0.379],
        IFRNet: [59.5, 0.435],
        'IFRNet-VOS': [60.3, 0.421],
        'all frames': [60.4, 0.243],
      },
      ['The table calls accuracy "AUC".', ...differences],
    ),
  ],
};

/** The benchmark of 2015. */
export const otb2015: ResultProtocolInput = {
  id: 'otb2015',
  version: 1,
  title: 'OTB2015',
  description:
    "100 sequences in 98 folders; the tracker is started once. Means of the sequences' success (AUC of 21 thresholds, at " +
    'most 20/21) and precision. For interpolation: every second frame is replaced by a predicted one.',
  source:
    'OTB100 (http://cvlab.hanyang.ac.kr/tracker_benchmark): unpack all sequences to one folder; for research. The five ' +
    'sequences of which only a part counts must have annotations of that part, as they come.',
  task: 'one-pass-tracking',
  items: 100,
  results:
    'NAME.txt: x, y, width, height for each frame, counted as the annotations are; NAME-1.txt, NAME-2.txt for two objects',
  published: [
    publishedTable(
      'VOS-VFI, Table 4 (OTB2015)',
      ['success-auc', 'precision'],
      {
        AdaCoF: [66.8, 87.6],
        'AdaCoF-VOS': [67.4, 88.3],
        CDFI: [66.4, 86.7],
        'CDFI-VOS': [67.0, 87.7],
        IFRNet: [65.8, 86.0],
        'IFRNet-VOS': [66.5, 87.5],
        'all frames': [68.9, 89.5],
      },
      [
        "Frames without an annotated object are left out here; the evaluation of the tracker's authors counts them.",
        ...differences,
      ],
    ),
  ],
};
