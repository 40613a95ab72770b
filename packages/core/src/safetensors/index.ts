export { halfBits, largestHalf } from './half.js';
export { openForReading, openSafetensors, readRange, readSafetensors } from './read.js';
export {
  bytesPerElement,
  elementsOf,
  isStoredDType,
  type StoredDType,
  type StoredTensor,
  type StoredTensorInfo,
  type TensorFile,
  toFloat32,
  toHostTensor,
} from './stored.js';
export { type WriteSafetensorsOptions, writeSafetensors } from './write.js';
