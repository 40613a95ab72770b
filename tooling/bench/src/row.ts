import type { CompetitorCommand } from './competitor.js';

/** What a row needs to know of the run. */
export interface RowContext {
  /** Folder for files that both competitors read. */
  readonly folder: string;
  readonly threads: number;
  readonly python: string;
  /** The checkout that {@link Row.needsOfficial} names; empty for rows that need none. */
  readonly official: string;
}

/** Both competitors of a row, ready to be started. */
export interface RowCompetitors {
  readonly ours: CompetitorCommand;
  readonly peer: CompetitorCommand;
  readonly agreement: number | null;
}

/** Official code that peers import: the name of the checkout's folder, and where to get it. */
export const officialCode = {
  IFRNet: 'https://github.com/ltkong218/IFRNet',
  STCN: 'https://github.com/hkchengrex/STCN',
  'davis2017-evaluation': 'https://github.com/davisvideochallenge/davis2017-evaluation',
  'ECCV2022-RIFE': 'https://github.com/hzwer/ECCV2022-RIFE',
  'AdaCoF-pytorch': 'https://github.com/HyeongminLEE/AdaCoF-pytorch',
} as const;

/** One of {@link officialCode}. */
export type OfficialCode = keyof typeof officialCode;

/** One line of the table. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** The ratio aimed at. */
  readonly limit: number;
  /** The ratio of peak memories aimed at, where there is an aim. */
  readonly memoryLimit?: number;
  /** What a run of either competitor handles, where they differ: the ratio is then that of the times for one pixel. */
  readonly pixels?: { readonly ours: number; readonly peer: number };
  /** Rows of one group are summed up by the geometric mean of their ratios; `limit` is then the aim of that mean. */
  readonly group?: string;
  /** The official repository that the peer imports, if any. */
  readonly needsOfficial?: OfficialCode;
  prepare(context: RowContext): Promise<RowCompetitors>;
}

/** Float32 sums in another order. */
export const AGREEMENT = 1e-3;
