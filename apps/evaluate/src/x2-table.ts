import type { MeanMetrics, X2Report } from '@vosvfi/eval';

type Row = readonly string[];

/** The report as a table for people: a row for each sequence, then the means. */
export function formatX2Report(report: X2Report): string {
  const { protocol, provenance, segmentation, sequences } = report;
  const isSegmented = segmentation !== null;
  const header: Row = [
    'sequence',
    'frames',
    'PSNR',
    'fg PSNR',
    'SSIM',
    'IE',
    ...(isSegmented ? ['J&F', 'J', 'F'] : []),
  ];
  const rows = sequences.map(({ name, frames, mean, segmentation: scores }): Row => {
    const objects = scores?.allFrames.objects ?? [];
    const average = (of: (object: (typeof objects)[number]) => number): number =>
      objects.reduce((sum, object) => sum + of(object), 0) / objects.length;
    const region = average(({ jaccard }) => jaccard.mean);
    const boundary = average(({ boundary }) => boundary.mean);
    return [name, String(frames.length), ...cells(mean), ...(isSegmented ? percents(region, boundary) : [])];
  });
  const objectMeans = isSegmented
    ? percents(segmentation.allFrames.jaccard.mean, segmentation.allFrames.boundary.mean)
    : [];
  const means: Row[] = [
    ['mean over frames', String(protocol.predictedFrames), ...cells(report.perFrame)],
    ['mean over sequences', String(protocol.sequences), ...cells(report.perSequence)],
    ...(isSegmented
      ? [['mean over objects', String(segmentation.allFrames.objects), '', '', '', '', ...objectMeans]]
      : []),
  ];
  const lines = [
    `Protocol ${protocol.name} version ${protocol.version}, ${provenance.interpolator}, SSIM ${protocol.ssim}` +
      (isSegmented ? `, masks by ${provenance.segmenter}` : ''),
    '',
    ...align([header, ...rows, ...means], rows.length + 1),
    '',
    `PSNR in dB, fg PSNR inside the mask, IE as RMS in code values, ${report.millisecondsPerFrame.toFixed(0)} ms per predicted frame.`,
    ...(protocol.exactFrames > 0
      ? [`${protocol.exactFrames} frames were predicted exactly; their infinite PSNR is in no mean.`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function cells({ psnr, foregroundPsnr, ssim, interpolationError }: MeanMetrics): string[] {
  const cell = (value: number | null, digits: number): string => (value === null ? '-' : value.toFixed(digits));
  return [cell(psnr, 2), cell(foregroundPsnr, 2), cell(ssim, 4), cell(interpolationError, 2)];
}

/** J&F, J and F as they are printed in papers: times 100. */
function percents(region: number, boundary: number): string[] {
  return [(region + boundary) / 2, region, boundary].map((value) => (100 * value).toFixed(1));
}

/** Columns of equal width, the first flush left; a rule below the header and before the row `ruleAt`. */
function align(rows: readonly Row[], ruleAt: number): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    widths
      .slice(0, row.length)
      .map((width, column) => (column === 0 ? row[0]!.padEnd(width) : row[column]!.padStart(width)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0]!, rule, ...lines.slice(1, ruleAt), rule, ...lines.slice(ruleAt)];
}
