import type { TestMetric } from '@vosvfi/eval';
import type { Cell, Difference, StudyResults } from './results.js';
import { average } from './statistics.js';

/** How a metric is shown. */
const looks: Readonly<Record<TestMetric, { readonly title: string; readonly scale: number; readonly digits: number }>> =
  {
    psnr: { title: 'PSNR', scale: 1, digits: 2 },
    foregroundPsnr: { title: 'fg PSNR', scale: 1, digits: 2 },
    boundaryPsnr: { title: 'outline PSNR', scale: 1, digits: 2 },
    edgeError: { title: 'edge error', scale: 1, digits: 4 },
    jAndF: { title: 'J&F', scale: 100, digits: 2 },
    jaccard: { title: 'J', scale: 100, digits: 2 },
    boundary: { title: 'F', scale: 100, digits: 2 },
  };

const untrained = ['repeat', 'blend', 'truth'];

/** The results as Markdown: the runs, then for each test set its table and the differences between variants. */
export function formatMarkdown(results: StudyResults): string {
  const sections = [
    `# ${results.name}`,
    `${results.runsFinished} of ${results.runsPlanned} runs.`,
    trainingTable(results),
    ...calibrationLines(results),
    ...results.testSets.flatMap((testSet) => [
      `## ${testSet}`,
      qualityTable(results, testSet),
      ...differenceTable(results, testSet),
    ]),
    legend,
  ];
  return `${sections.join('\n\n')}\n`;
}

const legend = `Mean ± standard deviation over seeds. PSNR in dB: whole frame, inside the true masks (fg), around their outlines
(outline). Edge error: relative error of the gradient at the true frame's edges, less is better. J&F, J, F times 100, of a
segmenter's masks on the made frames; \`truth\` is the same on the true frames. Differences are variant minus reference of
the same seed, with the 95 % interval of Student's t over seeds in brackets and of a bootstrap over seeds and items in
braces; an interval that holds 0 shows no effect.`;

function trainingTable({ variants, runs }: StudyResults): string {
  const rows = variants.flatMap((variant) => {
    const own = runs.filter((run) => run.variant === variant).map(({ training }) => training);
    if (own.length === 0) return [];
    const mean = (values: readonly (number | null)[], digits: number): string => {
      const known = values.filter((value) => value !== null);
      return known.length === 0 ? '' : average(known).toFixed(digits);
    };
    return [
      [
        variant,
        String(own.length),
        String(own[0]?.steps),
        mean(
          own.map(({ secondsPerStep }) => secondsPerStep),
          3,
        ),
        mean(
          own.map(({ seconds }) => seconds),
          0,
        ),
        mean(
          own.map(({ last }) => last.total ?? null),
          4,
        ),
      ],
    ];
  });
  return markdownTable(['variant', 'runs', 'steps', 's/step (median)', 'seconds', 'last loss'], rows);
}

function calibrationLines({ calibration }: StudyResults): string[] {
  if (calibration.length === 0) return [];
  const lines = calibration.map(
    ({ name, variant, reference, variantSecondsPerStep, referenceSecondsPerStep, ratio, steps }) =>
      `- \`${name}\` is \`${variant}\` with ${steps} steps: a step of \`${reference}\` takes ${ratio.toFixed(3)} times as long ` +
      `(${referenceSecondsPerStep.toFixed(3)} s and ${variantSecondsPerStep.toFixed(3)} s, medians of alternating runs).`,
  );
  return [lines.join('\n')];
}

function qualityTable({ cells, metrics, variants }: StudyResults, testSet: string): string {
  const shown = metrics.filter((metric) => cells.some((cell) => cell.testSet === testSet && cell.metric === metric));
  const names = [...untrained, ...variants].filter((name) =>
    cells.some((cell) => cell.testSet === testSet && cell.variant === name),
  );
  const rows = names.map((name) => [
    name,
    ...shown.map((metric) => {
      const cell = cells.find((one) => one.testSet === testSet && one.variant === name && one.metric === metric);
      return cell === undefined ? '' : formatCell(cell);
    }),
  ]);
  return markdownTable(['variant', ...shown.map((metric) => looks[metric].title)], rows);
}

function formatCell({ metric, mean, standardDeviation }: Cell): string {
  const { scale, digits } = looks[metric];
  const value = (mean * scale).toFixed(digits);
  return standardDeviation === null ? value : `${value} ± ${(standardDeviation * scale).toFixed(digits)}`;
}

function differenceTable({ differences, metrics }: StudyResults, testSet: string): string[] {
  const own = differences.filter((one) => one.testSet === testSet);
  if (own.length === 0) return [];
  const shown = metrics.filter((metric) => own.some((one) => one.metric === metric));
  const nameOf = ({ variant, reference, equal }: Difference): string => `${variant} - ${reference} (equal ${equal})`;
  const rows = [...new Set(own.map(nameOf))].map((name) => [
    name,
    ...shown.map((metric) => {
      const found = own.find((one) => one.metric === metric && nameOf(one) === name);
      return found === undefined ? '' : formatDifference(found);
    }),
  ]);
  return [markdownTable(['difference', ...shown.map((metric) => looks[metric].title)], rows)];
}

function formatDifference({ metric, mean, interval, bootstrap }: Difference): string {
  const { scale, digits } = looks[metric];
  const signed = (value: number): string => `${value < 0 ? '' : '+'}${(value * scale).toFixed(digits)}`;
  const parts = [
    signed(mean),
    ...(interval === null ? [] : [`[${interval.map(signed).join(', ')}]`]),
    ...(bootstrap === null ? [] : [`{${bootstrap.map(signed).join(', ')}}`]),
  ];
  return parts.join(' ');
}

function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '--:'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
}

/** The same numbers, unrounded, one a line: values of variants (`kind` is `value`) and differences. */
export function formatCsv({ cells, differences }: StudyResults): string {
  const header = [
    ...['kind', 'test_set', 'variant', 'reference', 'equal', 'metric', 'mean', 'standard_deviation', 'n'],
    ...['t_low', 't_high', 'bootstrap_low', 'bootstrap_high'],
  ];
  const values = cells.map(({ testSet, variant, metric, mean, standardDeviation, n }) => [
    ...['value', testSet, variant, '', '', metric, mean, standardDeviation ?? '', n],
    ...['', '', '', ''],
  ]);
  const pairs = differences.map(
    ({ testSet, variant, reference, equal, metric, mean, standardDeviation, n, interval, bootstrap }) => [
      ...['difference', testSet, variant, reference, equal, metric, mean, standardDeviation ?? '', n],
      ...(interval ?? ['', '']),
      ...(bootstrap ?? ['', '']),
    ],
  );
  return `${[header, ...values, ...pairs].map((row) => row.join(',')).join('\n')}\n`;
}
