export { createEventFile, type EncodedPicture, type EventFile, type EventFileOptions } from './event-file.js';
export { type Histogram, histogramOf } from './histogram.js';
