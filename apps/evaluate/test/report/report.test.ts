import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { writeFrame } from '@vosvfi/data';
import type { EvaluationResult } from '@vosvfi/eval';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateCommand } from '../../src/index.js';
import { tellingCases } from '../../src/report/cases.js';
import { type Comparison, comparisonDigits, verdict } from '../../src/report/comparisons.js';
import { resultsCsv, summaryCsv } from '../../src/report/csv.js';
import { escapeLatex, latexSummary, latexTable } from '../../src/report/latex.js';
import { escapeMarkdown, markdownReport } from '../../src/report/markdown.js';
import { readResult } from '../../src/report/read-result.js';
import { itemTable, summaryTable } from '../../src/report/tables.js';
import { formatValue, isBest, type Metric } from '../../src/report/values.js';
import { writeReport } from '../../src/report/write-report.js';
import { writeSampleResult } from './sample-result.js';

let folder: string;
let result: EvaluationResult;
let page: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-report-'));
  const sequences = ['dance', 'a/camel', 'odd, "name"'];
  await writeSampleResult(folder, { width: 40, height: 24, sequences, framesPerSequence: 4, picturesPerSequence: 2 });
  result = await readResult(join(folder, 'results.json'));
  await writeReport(join(folder, 'results.json'), join(folder, 'out'));
  page = await readFile(join(folder, 'out', 'report.html'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

describe('values', () => {
  const psnr = {
    name: 'psnr',
    title: 'PSNR',
    unit: 'dB',
    isHigherBetter: true,
    average: 'per-frame',
    digits: 2,
  } as const;

  it('print what they are', () => {
    expect([1.005, -0.001, null, Number.POSITIVE_INFINITY].map((value) => formatValue(value, 2))).toEqual([
      '1.00',
      '0.00',
      '-',
      '∞',
    ]);
  });

  it('are best with all that print alike', () => {
    const all = [30.001, 30.004, 29, null];
    expect(all.map((value) => isBest(value, all, psnr))).toEqual([true, true, false, false]);
    expect(all.map((value) => isBest(value, all, { ...psnr, isHigherBetter: false }))).toEqual([
      false,
      false,
      true,
      false,
    ]);
    expect(isBest(30, [30, null], psnr)).toBe(false);
    expect(isBest(30, [30, 30.001, null], psnr)).toBe(false);
  });
});

describe('comparisons', () => {
  const pair = (difference: number, interval: [number, number], metric = 'psnr'): Comparison => ({
    ...{ metric, first: 'ifrnet', second: 'blend', difference, interval, confidence: 0.95, resamples: 10 },
  });
  const say = (one: Comparison, isHigherBetter = true): string => {
    const metric = { ...result.metrics.find(({ name }) => name === one.metric)!, isHigherBetter };
    return verdict(result, one, metric);
  };

  it('say who is better, by how much, how surely and on how much', () => {
    expect(say(pair(1.5, [0.5, 2.5]))).toBe(
      'IFRNet is better than Blend by 1.50 dB (95 % interval 0.50 to 2.50 dB, 3 items).',
    );
    expect(say(pair(-1.5, [-2.5, -0.5]))).toBe(
      'Blend is better than IFRNet by 1.50 dB (95 % interval 0.50 to 2.50 dB, 3 items).',
    );
    expect(say(pair(-1.5, [-2.5, -0.5]), false)).toMatch(/^IFRNet is better than Blend by 1.50 dB/);
    expect(say(pair(-0.1, [-1, 0.75]))).toBe(
      'No clear difference between Blend and IFRNet: Blend is ahead by 0.10 dB (95 % interval -0.75 to 1.00 dB, 3 items).',
    );
    expect(say(pair(0, [0, 0]))).toMatch(/^Blend and IFRNet are equal \(/);
    // One of the three items has no masks, so that neither model has a value.
    expect(say(pair(1, [0.5, 2], 'fg-psnr'))).toMatch(/, 2 items\)/);
  });

  it('have digits enough for a narrow interval', () => {
    const [psnr] = result.metrics as [Metric];
    expect(
      [pair(1, [0, 4]), pair(0.01, [0.004, 0.02]), pair(0, [0, 0])].map((one) => comparisonDigits(one, psnr)),
    ).toEqual([2, 3, 2]);
  });
});

describe('a model that is exact everywhere', () => {
  it('is infinitely good, not without a value', () => {
    const exact = (values: EvaluationResult['summary'], value: number | null) => ({
      ...values,
      blend: { ...values.blend, psnr: value },
    });
    const items = result.items.map((item) => ({
      ...item,
      values: exact(item.values, null),
      frames: item.frames.map((frame) => ({ ...frame, values: exact(frame.values, Number.POSITIVE_INFINITY) })),
    }));
    const text = markdownReport({ ...result, items, summary: exact(result.summary, null) });
    expect(text).toMatch(/\| Blend \| \*\*∞\*\* \|/);
    expect(text).toMatch(/\| dance \| Blend \| 4 \| \*\*∞\*\* \|/);
  });
});

describe('CSV', () => {
  it('has a row for each item, model and metric, and quotes what needs it', () => {
    const lines = resultsCsv(result).split('\r\n');
    expect(lines).toHaveLength(1 + 3 * 3 * 4 + 1);
    expect(lines[0]).toBe('item,model,metric,frames,value');
    expect(lines.filter((line) => line.startsWith('"odd, ""name""",ifrnet,'))).toHaveLength(4);
    expect(lines).toContain('a/camel,blend,fg-psnr,4,');
  });

  it('has the means with counts of exact frames', () => {
    const row = summaryCsv(result)
      .split('\r\n')
      .find((line) => line.startsWith('sample-x2,1,ifrnet,psnr,'));
    expect(row).toBe(`sample-x2,1,ifrnet,psnr,dB,per-frame,${result.summary.ifrnet?.psnr},1,41.3`);
  });
});

describe('Markdown', () => {
  it('keeps tables whole whatever names hold', () => {
    expect(escapeMarkdown('a|b <i>*x*</i>\n[y](z)')).toBe('a\\|b &lt;i\\>\\*x\\*&lt;/i\\> \\[y\\](z)');
    const text = markdownReport(result);
    const summary = text.split('\n').filter((line) => line.startsWith('|'));
    const separators = (line: string): number => line.replaceAll('\\|', '').split('|').length;
    expect(separators(summary[0]!)).toBe(8);
    expect(new Set(summary.slice(0, 10).map(separators))).toEqual(new Set([8]));
    expect(text).toContain('| *Published: A paper, Table 1* |');
    expect(text).toContain('SSIM is that of MATLAB, on luma.');
    expect(text).toContain('A paper, Table 1 also gives lpips, not measured here.');
    expect(text).toMatch(
      /\| \*PSNR, dB\* \|[^|]*\|[^|]*\|[^|]*\|[^|]*\|\n(.*\n)*\| ffmpeg minterpolate − Blend \| \+1.80 \| -0.10 to \+3.60 \| 3 \| no clear difference \|/,
    );
    expect(text).toContain('```sh\nvosvfi evaluate sample-x2 --model a b\n```');
    expect(text).toContain('Foreground PSNR: 4 of 12 frames have no value');
    expect(text).toContain('- IFRNet: 1 frame of infinite PSNR (exact predictions) in no mean.');
  });

  it('has published rows of one item beside ours of that item, not among the means', () => {
    const [means, rows] = [summaryTable(result), itemTable(result)];
    expect(means.groups.map(({ title }) => title)).toEqual([
      'Measured here',
      'Published: A paper, Table 1',
      'Published: Another, Table 2',
    ]);
    const ofDance = rows.groups[0]!.rows.filter(([item]) => item === 'dance');
    expect(ofDance.map(([, model]) => model)).toEqual(['IFRNet', 'ffmpeg minterpolate', 'Blend', 'Published: Y']);
    expect(ofDance.at(-1)!.slice(3)).toMatchObject([{ text: '31.25' }, { text: '-' }, { text: '-' }, { text: '-' }]);
    expect(rows.groups[0]!.rows).toHaveLength(3 * 3 + 1);
    expect(markdownReport(result)).toMatch(/^\| dance \| Published: Y \| - \| 31\.25 \|/m);
    expect(page).toContain('Published: Y');
  });
});

describe('cases', () => {
  it('are the worst, the best and the disputed, none twice', () => {
    const cases = tellingCases(result, 3)!;
    const name = ({ item, name: frame }: { item: string; name: string }): string => `${item} ${frame}`;
    expect(cases.metric.name).toBe('psnr');
    const all = [...cases.worst, ...cases.disputed, ...cases.best].map(name);
    expect(new Set(all).size).toBe(all.length);
    // Later sequences are harder; the first frame of the first is exact.
    expect(cases.worst.map(({ item }) => item).slice(0, 2)).toEqual(['odd, "name"', 'odd, "name"']);
    expect(name(cases.best[0]!)).toBe('dance 00001');
  });

  it('turn around for metrics that are better low', () => {
    const metrics = result.metrics.map((metric) => ({ ...metric, isHigherBetter: false }));
    expect(tellingCases({ ...result, metrics }, 1)!.worst[0]).toMatchObject({ item: 'dance', name: '00001' });
  });
});

describe('the page', () => {
  it('needs nothing but itself', () => {
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);
    expect(page).not.toMatch(/url\(|@import|https?:/);
    expect(page).toContain("default-src 'none'");
  });

  it('escapes names', () => {
    expect(page).toContain('Moving discs &lt;x2&gt; &amp; more');
    expect(page).not.toContain('<x2>');
    expect(page).not.toMatch(/Baseline <b>/);
  });

  it('has pictures, error maps and crops of the cases', () => {
    expect(page.match(/class="compare"/g)).toHaveLength(6);
    expect(page.match(/: error of /g)).toHaveLength(6 * 3);
    // One sequence of three has no masks.
    expect(page.match(/, foreground: ground truth"/g)).toHaveLength(4);
  });
});

describe('LaTeX', () => {
  it('escapes what it would take as its own', () => {
    expect(escapeLatex('a_b & 50 % {$#} \\x ~ ^')).toBe(
      'a\\_b \\& 50 \\% \\{\\$\\#\\} \\textbackslash{}x \\textasciitilde{} \\textasciicircum{}',
    );
  });

  it('has a row for each model and published method, the best in bold', () => {
    const columns = [
      { title: 'Model', isText: true },
      { title: 'PSNR', note: 'dB ↑' },
    ] as const;
    const ours = [['A_1', { text: '30.00', isBest: true }]] as const;
    const table = latexTable({ columns, groups: [{ rows: ours }, { title: 'Published: P & Q', rows: [['B', '29']] }] });
    expect(table.split('\n')).toEqual([
      '\\begin{tabular}{lr}',
      ...['\\toprule', 'Model & PSNR (dB $\\uparrow$) \\\\', '\\midrule', 'A\\_1 & \\textbf{30.00} \\\\'],
      ...['\\midrule', '\\multicolumn{2}{l}{\\emph{Published: P \\& Q}} \\\\', 'B & 29 \\\\', '\\bottomrule'],
      '\\end{tabular}',
    ]);
    const summary = latexSummary(result);
    expect(summary).toMatch(/^% Needs .*\n% Protocol /);
    for (const deviation of result.protocol.deviations) expect(summary).toContain(`% ${deviation}`);
  });
});

describe('vosvfi evaluate report', () => {
  const run = async (...args: string[]): Promise<string> => {
    const lines: string[] = [];
    const streams = { out: { write: (text: string) => lines.push(text) }, err: { write: () => true } };
    await evaluateCommand(streams).parseAsync(['report', ...args], { from: 'user' });
    return lines.join('');
  };

  it('writes everything again and names it', async () => {
    const out = await run(join(folder, 'results.json'), '-o', join(folder, 'again'));
    expect(out.trim().split('\n')).toEqual(
      ['results.json', 'results.csv', 'summary.csv', 'summary.tex', 'report.md', 'report.html'].map((name) =>
        join(folder, 'again', name),
      ),
    );
    expect(await readFile(join(folder, 'again', 'report.html'), 'utf8')).toBe(page);
    // A folder stands for the result in it.
    await expect(run(tmpdir())).rejects.toThrow(join(tmpdir(), 'results.json'));
  });

  it('says what is wrong with a result', async () => {
    const write = async (name: string, change: (json: EvaluationResult) => unknown): Promise<string> => {
      const json = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as EvaluationResult;
      const file = join(folder, name);
      await writeFile(file, JSON.stringify(change(json)));
      return file;
    };
    await expect(run(join(folder, 'none.json'))).rejects.toThrow('no such file');
    await writeFile(join(folder, 'text.json'), 'psnr 30');
    await expect(run(join(folder, 'text.json'))).rejects.toThrow('is not JSON');
    await expect(run(await write('format.json', (json) => ({ ...json, formatVersion: 9 })))).rejects.toThrow(
      'formatVersion',
    );
    const swapped = (truth: string) => (json: EvaluationResult) => ({
      ...json,
      pictures: json.pictures.map((picture) => ({ ...picture, truth })),
    });
    await expect(run(await write('outside.json', swapped('../../etc/passwd')))).rejects.toThrow('below the folder');
    await writeFrame(join(folder, 'small.png'), { data: new Uint8Array(12), width: 2, height: 2 });
    const wrong = run(await write('size.json', swapped('small.png')), '-o', join(folder, 'wrong'));
    await expect(wrong).rejects.toThrow(MediaError);
    await expect(wrong).rejects.toThrow('expected 2x2');
  });
});
