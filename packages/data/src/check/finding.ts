/** What can be wrong with a data set. Errors keep a triplet from being used, or from being used in good faith. */
export const findingCodes = {
  'missing-list': 'error',
  'bad-list-line': 'error',
  'listed-twice': 'error',
  'in-both-lists': 'error',
  'missing-folder': 'error',
  'missing-file': 'error',
  unreadable: 'error',
  'size-differs': 'error',
  'not-rgb': 'error',
  duplicate: 'error',
  'repeated-frame': 'error',
  'mask-missing': 'error',
  'mask-size': 'error',
  'mask-values': 'error',
  'flow-missing': 'error',
  'flow-size': 'error',
  'flow-values': 'error',
  'not-listed': 'warning',
  'other-size': 'warning',
  'near-duplicate': 'warning',
  'near-duplicate-across': 'warning',
  still: 'warning',
  'scene-change': 'warning',
  'frame-order': 'warning',
  'mask-empty': 'warning',
  'mask-full': 'warning',
} as const satisfies Record<string, 'error' | 'warning'>;

/** Name of something that can be wrong. */
export type FindingCode = keyof typeof findingCodes;

/** Something that is wrong, or looks wrong. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: FindingCode;
  /** Folder below `sequences`, such as `00001/0389`; absent for what concerns a list as a whole. */
  readonly triplet?: string;
  /** The file, relative to the data set. */
  readonly file: string;
  readonly message: string;
}

/** A finding of the code's severity. */
export function finding(code: FindingCode, triplet: string | undefined, file: string, message: string): Finding {
  return { severity: findingCodes[code], code, ...(triplet !== undefined && { triplet }), file, message };
}
