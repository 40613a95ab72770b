export { type ChartOptions, legend, lineChart, type Series } from './chart.js';
export {
  type ComparedPicture,
  type ComparisonOptions,
  comparison,
  comparisonScript,
  comparisonStyle,
} from './compare.js';
export type { Point } from './curve.js';
export {
  type Cell,
  type Column,
  type DataTableOptions,
  dataTable,
  type RowGroup,
  sortScript,
} from './data-table.js';
export { type Box, cropFrame, errorGradient, errorMap, foregroundBox } from './difference.js';
export { type DotMark, type DotPlotOptions, dotLegend, dotPlot } from './dot-plot.js';
export { escapeText } from './html.js';
export { type PageOptions, renderPage } from './page.js';
export { seriesColors } from './palette.js';
export {
  type Color,
  drawOutline,
  type EncodedPicture,
  encodePicture,
  type FrameAddressOptions,
  fileAddress,
  frameAddress,
  type Outline,
  photographAddress,
  pictureAddress,
  webpQuality,
} from './pictures.js';
export { tableRow } from './table.js';
