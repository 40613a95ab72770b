import type { StoredDType } from '@vosvfi/core/safetensors';
import {
  PickleDict,
  PickleError,
  PickleForbiddenError,
  PickleGlobal,
  PickleRecord,
  PickleTuple,
  type PickleValue,
} from '../pickle/values.js';
import { CheckpointTensor, Storage } from './tensor.js';

const storageTypes: ReadonlyMap<string, StoredDType> = new Map<string, StoredDType>([
  ['FloatStorage', 'F32'],
  ['DoubleStorage', 'F64'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
]);

/** Stands for a storage class; not callable. */
class StorageType extends PickleGlobal {
  readonly dtype: StoredDType;
  constructor(name: string, dtype: StoredDType) {
    super(name, () => {
      throw new PickleForbiddenError(`makes a ${name} directly`);
    });
    this.dtype = dtype;
  }
}

function natural(value: PickleValue | undefined, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new PickleError(`has a tensor whose ${what} is not a whole number`);
}

function naturals(value: PickleValue | undefined, what: string): number[] {
  if (!(value instanceof PickleTuple)) throw new PickleError(`has a tensor whose ${what} is not a tuple`);
  return value.items.map((item) => natural(item, what));
}

/** `_rebuild_tensor(storage, offset, size, stride)`, `_rebuild_tensor_v2(..., requires_grad, hooks, metadata)`. */
function makeTensor([storage, offset, size, stride, requiresGrad]: readonly PickleValue[]): CheckpointTensor {
  if (!(storage instanceof Storage)) throw new PickleError('has a tensor without storage');
  const shape = naturals(size, 'size');
  const strides = naturals(stride, 'stride');
  if (shape.length !== strides.length) throw new PickleError('has a tensor whose size and stride differ in length');
  const fields = { storage, offset: natural(offset, 'offset'), shape, strides };
  return new CheckpointTensor({ ...fields, requiresGrad: requiresGrad === true, isParameter: false });
}

/** `_rebuild_parameter(data, requires_grad, hooks)`. */
function makeParameter([data, requiresGrad]: readonly PickleValue[]): CheckpointTensor {
  if (!(data instanceof CheckpointTensor)) throw new PickleError('has a parameter without tensor');
  const { storage, offset, shape, strides } = data;
  return new CheckpointTensor({
    storage,
    offset,
    shape,
    strides,
    requiresGrad: requiresGrad === true,
    isParameter: true,
  });
}

/** `OrderedDict()`, filled afterwards, or, as Python 2 wrote it, `OrderedDict([[key, value], ...])`. */
function makeOrderedDict([pairs]: readonly PickleValue[]): PickleDict {
  const dict = new PickleDict();
  if (pairs === undefined) return dict;
  if (!Array.isArray(pairs)) throw new PickleError('has an ordered dictionary that is not made of pairs');
  for (const pair of pairs) {
    const items = pair instanceof PickleTuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) {
      throw new PickleError('has an ordered dictionary that is not made of pairs');
    }
    dict.entries.set(items[0], items[1]);
  }
  return dict;
}

/** Names that stand for something; a name outside this table and the next is refused. */
const makers: ReadonlyMap<string, PickleGlobal['make']> = new Map<string, PickleGlobal['make']>([
  ['collections.OrderedDict', makeOrderedDict],
  ['torch._utils._rebuild_tensor', makeTensor],
  ['torch._utils._rebuild_tensor_v2', makeTensor],
  ['torch._utils._rebuild_parameter', makeParameter],
]);

/** Classes that training scripts leave in checkpoints beside the weights; kept as plain data. */
const records: ReadonlySet<string> = new Set(['argparse.Namespace', 'torch.Size', 'torch.device']);

/** What a name in a checkpoint stands for. @throws PickleForbiddenError for a name that is not permitted. */
export function resolveName(module: string, name: string): PickleValue {
  const full = `${module}.${name}`;
  const dtype = module === 'torch' || module === 'torch.cuda' ? storageTypes.get(name) : undefined;
  if (dtype !== undefined) return new StorageType(full, dtype);
  const make = makers.get(full);
  if (make !== undefined) return new PickleGlobal(full, make);
  if (records.has(full)) return new PickleGlobal(full, (args) => new PickleRecord(full, args));
  throw new PickleForbiddenError(`names ${full}, which is not among the names that weights need`);
}

/** The storage that a persistent id `('storage', type, key, location, length[, view])` names. */
export function resolveStorage(id: PickleValue): Storage {
  const [tag, type, key, , length, view = null] = id instanceof PickleTuple ? id.items : [];
  if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string') {
    throw new PickleError('has a persistent id that is not a storage');
  }
  if (view !== null) throw new PickleError('has a storage that is a view of another, as PyTorch before 0.4 wrote');
  return new Storage(key, type.dtype, natural(length, 'storage length'));
}
