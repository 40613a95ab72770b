import type { ResultProtocolInput } from '../results/result-protocol.js';
import { publishedTable } from './published-rows.js';

const columns = ['psnr', 'ssim', 'e-warp', 'lpips'];
const differences = [
  'The paper does not say which masks damage the test videos; numbers of other masks are not comparable.',
  'Its LPIPS and warping errors are on a scale that it does not give, and cannot be compared with the usual ones.',
  'Frames of the paper are 256x256.',
];
const description =
  'Completed videos and, where there are any, predicted masks of what was damaged. Means over frames, then over videos. ' +
  'Warping error and LPIPS are measured where a flow and a network are given.';
const results =
  'NAME/00000.png (or .jpg) for each frame; masks/NAME/00000.png for predicted masks, grey values being probabilities';

/** SSVI on YouTube-VOS. */
export const youtubeVosInpainting: ResultProtocolInput = {
  id: 'youtube-vos-inpainting',
  version: 1,
  title: 'YouTube-VOS, video inpainting',
  description,
  source:
    'YouTube-VOS (https://youtube-vos.org): true frames of the 508 test clips in JPEGImages/NAME, and the masks of what was ' +
    'damaged in Masks/NAME, one PNG for each frame, white where damaged; CC BY 4.0, for research.',
  task: 'inpainting',
  masks: 'Masks',
  items: 508,
  results,
  published: [
    publishedTable(
      'SSVI, YouTube-VOS',
      columns,
      {
        'SSVI (one mask)': [30.834, 0.9135, 0.1452, 0.4171],
        'SSVI completion, all masks': [31.291, 0.9237, 0.1423, 0.3918],
        'SSVI without cycle losses': [29.522, 0.9001, 0.1476, 0.4235],
      },
      differences,
    ),
    publishedTable('SSVI, YouTube-VOS, masks', ['mask-bce', 'mask-iou'], { SSVI: [1.148, 0.934] }, [
      'The scale of its cross entropy is not given.',
      ...differences,
    ]),
    publishedTable('SSVI, blocks of the alignment (YouTube-VOS)', ['psnr'], {
      '0 blocks': [26.667],
      '1 block': [29.569],
      '2 blocks': [30.174],
      '3 blocks': [30.525],
      '4 blocks': [30.834],
      '5 blocks': [30.839],
      '6 blocks': [30.851],
    }),
    publishedTable('SSVI, annotated frame (YouTube-VOS)', ['psnr'], {
      first: [30.834],
      middle: [30.826],
      last: [30.796],
    }),
    publishedTable('SSVI, number of annotated frames (YouTube-VOS, Table 6)', ['psnr'], {
      '1': [30.834],
      '2': [30.918],
      '3': [30.974],
      '5': [31.086],
      '7': [31.056],
    }),
  ],
};

/** SSVI on DAVIS. */
export const davisInpainting: ResultProtocolInput = {
  id: 'davis-inpainting',
  version: 1,
  title: 'DAVIS, video inpainting',
  description,
  source:
    'DAVIS (https://davischallenge.org): true frames of the 60 training clips of DAVIS 2017 in JPEGImages/480p/NAME, and the ' +
    'masks of what was damaged in Masks/480p/NAME, one PNG for each frame, white where damaged; for research.',
  task: 'inpainting',
  resolution: '480p',
  masks: 'Masks',
  items: 60,
  results,
  published: [
    publishedTable(
      'SSVI, DAVIS',
      columns,
      {
        'SSVI (one mask)': [32.097, 0.9263, 0.1534, 0.3852],
        'SSVI completion, all masks': [32.807, 0.9401, 0.1503, 0.3681],
      },
      differences,
    ),
    publishedTable('SSVI, DAVIS, masks', ['mask-bce', 'mask-iou'], { SSVI: [1.327, 0.832] }, [
      'The scale of its cross entropy is not given.',
      ...differences,
    ]),
  ],
};
