import { relative } from 'node:path';
import { MediaError } from '@vosvfi/core';
import { decode } from 'fast-png';
import { readFlow } from '../image/flow-file.js';
import { readMediaFile } from '../image/frame-file.js';
import { readMask } from '../image/mask-file.js';
import { flowFiles, maskFiles } from '../triplets/layout.js';
import { type Finding, type FindingCode, finding } from './finding.js';
import { exists, reasonOf } from './frames.js';

/** Size that masks and flow must have. */
interface Size {
  readonly width: number;
  readonly height: number;
}

const differs = (found: Size, { width, height }: Size) =>
  found.width === width && found.height === height
    ? undefined
    : `expected ${width} x ${height} as the frames have, found ${found.width} x ${found.height}.`;

/** True if a grey file holds values other than black and white, which are no labels either if there are many. */
async function isGreyMix(file: string): Promise<boolean> {
  const { palette, channels, depth, data } = decode(await readMediaFile(file));
  if (palette || channels !== 1 || depth !== 8) return false;
  return data.some((value) => value !== 0 && value !== 255);
}

type Report = (code: FindingCode, message: string) => void;

async function checkMask(file: string, size: Size | undefined, report: Report): Promise<void> {
  if (!(await exists(file))) return report('mask-missing', 'there is no such file, though other masks are there.');
  try {
    const mask = await readMask(file, { grey: 'labels' });
    const wrong = size && differs(mask, size);
    if (wrong) report('mask-size', wrong);
    if (await isGreyMix(file)) report('mask-values', 'grey values are neither black nor white.');
    if (mask.data.every((label) => label === 0)) report('mask-empty', 'marks nothing.');
    if (mask.data.every((label) => label !== 0)) report('mask-full', 'marks everything: it may be inverted.');
  } catch (error) {
    report('unreadable', reasonOf(error, file));
  }
}

async function checkFlow(file: string, size: Size | undefined, report: Report): Promise<void> {
  if (!(await exists(file))) return report('flow-missing', 'there is no such file, though other flow files are there.');
  try {
    const flow = await readFlow(file);
    const wrong = size && differs(flow, size);
    if (wrong) report('flow-size', wrong);
    if (!flow.data.every(Number.isFinite)) report('flow-values', 'holds values that are infinite or NaN.');
  } catch (error) {
    if (!MediaError.isInstance(error)) throw error;
    report('unreadable', reasonOf(error, file));
  }
}

/** Checks the masks and flow files of a triplet. */
export async function checkCompanions(
  dir: string,
  name: string,
  has: { readonly masks: boolean; readonly flow: boolean },
  size: Size | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const reporter =
    (file: string): Report =>
    (code, message) =>
      findings.push(finding(code, name, relative(dir, file), message));
  if (has.masks) for (const file of maskFiles(dir, name)) await checkMask(file, size, reporter(file));
  if (has.flow) for (const file of flowFiles(dir, name)) await checkFlow(file, size, reporter(file));
  return findings;
}
