import { publishedTable } from './published-rows.js';

const columns = ['psnr', 'foreground-psnr-released', 'j-and-f', 'j-mean', 'f-mean'];

/** What differs wherever VOS-VFI's DAVIS numbers are compared. */
const vosvfiDifferences: readonly string[] = [
  'PSNR of the table was measured before frames were rounded to 8 bits, which moves it by 0.01 to 0.05 dB.',
  'Foreground PSNR of the table comes from JPEG files of quality 75 and a script whose 8-bit differences wrap.',
  'J and F of the table come from frames saved as JPEG, given ones included; the segmenter is STCN.',
  'The table does not say whether J and F are of all frames or of predicted ones only; here they are of all but the first and last.',
];

/** VOS-VFI (ICCV 2023), Table 1, DAVIS 2016. */
export const vosvfiDavis2016 = publishedTable(
  'VOS-VFI, Table 1 (DAVIS 2016)',
  columns,
  {
    AdaCoF: [25.11, 25.62, 85.9, 84.9, 86.8],
    'AdaCoF-VOS': [25.03, 25.72, 87.0, 85.9, 88.2],
    CDFI: [25.68, 25.74, 86.9, 85.6, 88.3],
    'CDFI-VOS': [25.75, 25.8, 87.7, 86.4, 88.9],
    IFRNet: [26.7, 25.91, 87.3, 86.4, 88.3],
    'IFRNet-VOS': [26.74, 25.98, 88.1, 87.2, 88.9],
    'all frames (ceiling)': [null, null, 91.7, null, null],
  },
  vosvfiDifferences,
);

/** VOS-VFI (ICCV 2023), Table 1, DAVIS 2017. */
export const vosvfiDavis2017 = publishedTable(
  'VOS-VFI, Table 1 (DAVIS 2017)',
  columns,
  {
    AdaCoF: [26.23, 26.13, 80.9, 77.9, 83.9],
    'AdaCoF-VOS': [26.21, 26.22, 81.8, 78.6, 84.9],
    CDFI: [26.71, 26.24, 81.4, 78.3, 84.6],
    'CDFI-VOS': [26.79, 26.3, 82.0, 78.9, 85.3],
    IFRNet: [27.57, 26.44, 81.1, 77.9, 84.3],
    'IFRNet-VOS': [27.6, 26.5, 81.9, 78.6, 85.2],
  },
  vosvfiDifferences,
);

/** Which parts of VOS-VFI's loss and which segmenters help; J&F on DAVIS 2016. */
export const vosvfiAblations = [
  publishedTable(
    'VOS-VFI, Table 6 (CDFI, loss terms)',
    ['j-and-f'],
    { base: [86.9], 'segmentation loss': [87.2], 'consistency loss': [87.5], both: [87.7] },
    vosvfiDifferences,
  ),
  publishedTable(
    'VOS-VFI, Table 7 (segmenters in training)',
    ['j-and-f'],
    {
      'AdaCoF, DeepLabV3': [86.0],
      'AdaCoF, STCN': [87.0],
      'AdaCoF, MAST': [86.9],
      'AdaCoF, RVOS': [86.8],
      'CDFI, DeepLabV3': [86.8],
      'CDFI, STCN': [87.7],
      'CDFI, MAST': [87.4],
      'CDFI, RVOS': [87.7],
    },
    vosvfiDifferences,
  ),
];
