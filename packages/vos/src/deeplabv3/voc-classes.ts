/**
 * Names of the presets' classes by index (Pascal VOC; torchvision trains them on pictures of COCO with VOC's labels).
 * Index 0 is the background.
 */
export const vocClasses = [
  'background',
  'aeroplane',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'bus',
  'car',
  'cat',
  'chair',
  'cow',
  'diningtable',
  'dog',
  'horse',
  'motorbike',
  'person',
  'pottedplant',
  'sheep',
  'sofa',
  'train',
  'tvmonitor',
] as const;

/** Name of a class. */
export type VocClass = (typeof vocClasses)[number];
