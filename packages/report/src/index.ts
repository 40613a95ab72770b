export { type ChartOptions, legend, lineChart, type Series, seriesColors } from './chart.js';
export type { Point } from './curve.js';
export { escapeText } from './html.js';
export { type PageOptions, renderPage } from './page.js';
export {
  type Color,
  drawOutline,
  type EncodedPicture,
  encodePicture,
  fileAddress,
  type Outline,
  photographAddress,
  pictureAddress,
} from './pictures.js';
export { tableRow } from './table.js';
