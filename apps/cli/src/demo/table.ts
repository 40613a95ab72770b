/** Quality of one way to make the frames in between, as means over the held-out scenes. */
export interface TableRow {
  readonly name: string;
  /** dB; absent for the true frames. */
  readonly psnr?: number;
  /** dB, inside the true mask. */
  readonly foregroundPsnr?: number;
  /** Region similarity J of the mask that the segmenter finds in the new frame, 0..1. */
  readonly jaccard: number;
  /** Boundary measure F, 0..1. */
  readonly boundary: number;
}

/** `demo/table.json`. */
export interface DemoTable {
  readonly protocol: string;
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly batchSize: number;
  /** Height and width of the training scenes, pixels. */
  readonly size: readonly [number, number];
  readonly scenes: number;
  readonly network: string;
  readonly parameters: number;
  readonly segmenter: string;
  readonly rows: readonly TableRow[];
  readonly secondsPerStep: { readonly plain: number; readonly vosAware: number };
}

/** J&F of a row. */
function jAndF({ jaccard, boundary }: TableRow): number {
  return (jaccard + boundary) / 2;
}

/** The cells of a row as text: name, PSNR, foreground PSNR, J&F, J, F (the last three in percent). */
export function cells(row: TableRow): string[] {
  const decibels = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(2));
  const percent = (value: number): string => (100 * value).toFixed(1);
  return [
    row.name,
    decibels(row.psnr),
    decibels(row.foregroundPsnr),
    percent(jAndF(row)),
    percent(row.jaccard),
    percent(row.boundary),
  ];
}

/** Names of the columns that {@link cells} fills. */
export const columns = ['frames made by', 'PSNR', 'foreground PSNR', 'J&F', 'J', 'F'] as const;

/** The table for a terminal. */
export function formatTable(rows: readonly TableRow[]): string {
  const lines = [[...columns], ...rows.map(cells)];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] as string).length)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number)))
        .join('  '),
    )
    .join('\n');
}
