import { ByteReader } from './byte-reader.js';
import { PickleMachine, type PickleResolvers } from './machine.js';
import { operations, protocolCode, stopCode } from './opcodes.js';
import { PickleError, PickleForbiddenError, type PickleValue } from './values.js';

/** Newest pickle protocol that is understood. */
const newestProtocol = 5;

/**
 * Reads one pickle from `bytes` at `start` into plain data. Nothing is imported, called or executed: names become what
 * `resolvers` permits, "calls" only build data. Work and memory grow with the length of the pickle.
 * @returns the value and the position after the pickle.
 * @throws PickleError; {@link PickleTruncatedError} if the bytes end too early, {@link PickleForbiddenError} for names
 * and operations that are not permitted.
 */
export function unpickle(
  bytes: Uint8Array,
  resolvers: PickleResolvers,
  start = 0,
): { readonly value: PickleValue; readonly end: number } {
  const reader = new ByteReader(bytes, start);
  const machine = new PickleMachine(reader, resolvers);
  if (reader.uint8() !== protocolCode) throw new PickleError('does not start like a pickle of protocol 2 or later');
  const protocol = reader.uint8();
  if (protocol > newestProtocol)
    throw new PickleError(`is a pickle of protocol ${protocol}; known are 2 to ${newestProtocol}`);
  for (;;) {
    const code = reader.uint8();
    if (code === stopCode) return { value: machine.pop(), end: reader.position };
    const operation = operations.get(code);
    if (operation === undefined) {
      throw new PickleForbiddenError(`uses pickle opcode 0x${code.toString(16)}, which checkpoints do not need`);
    }
    operation(machine);
  }
}
