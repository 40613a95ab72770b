/** Memory of a WebAssembly program, in pages of 64 KiB. */
export interface ProgramMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled program; nothing can be done with it but start it. */
export type Program = object;

/** The function of a started program; its arguments are 32-bit numbers. */
export type ProgramFunction = (...values: number[]) => void;

interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number }) => ProgramMemory;
  readonly Module: new (bytes: Uint8Array) => Program;
  readonly Instance: new (
    program: Program,
    imports: object,
  ) => { readonly exports: Readonly<Record<'run', ProgramFunction>> };
}

/** What is used of WebAssembly's interface; TypeScript knows it only among the types of browsers. */
export const webAssembly: WebAssemblyApi = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi })
  .WebAssembly;

/** Starts a program on a memory. */
export function startProgram(program: Program, memory: ProgramMemory): ProgramFunction {
  return new webAssembly.Instance(program, { host: { memory } }).exports.run;
}
