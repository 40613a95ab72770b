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
export { writeSafetensors } from './write.js';
