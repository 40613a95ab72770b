import { type ProgramMemory, webAssembly } from './web-assembly.js';

/** Bytes of a page of memory. */
const PAGE = 65536;

/** A memory, and a kernel that works on it. */
export interface Workspace<Kernel> {
  readonly memory: ProgramMemory;
  readonly run: Kernel;
}

/** Gives a workspace of at least so many bytes. It is the same one each time, so that memory is not asked for again. */
export function keepWorkspace<Kernel>(create: (memory: ProgramMemory) => Kernel): (bytes: number) => Workspace<Kernel> {
  let kept: Workspace<Kernel> | undefined;
  return (bytes) => {
    if (kept === undefined) {
      const memory = new webAssembly.Memory({ initial: 1 });
      kept = { memory, run: create(memory) };
    }
    const missing = bytes - kept.memory.buffer.byteLength;
    if (missing > 0) kept.memory.grow(Math.ceil(missing / PAGE));
    return kept;
  };
}
