import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser, type TestBrowser } from '@vosvfi/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeReport } from '../../src/report/write-report.js';
import { writeSampleResult } from './sample-result.js';

let folder: string;
let browser: TestBrowser;
let file: string;

beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-report-page-'));
  const sequences = ['dance', 'camel', 'drift-chicane'];
  await writeSampleResult(folder, { width: 96, height: 54, sequences, framesPerSequence: 4, picturesPerSequence: 2 });
  await writeReport(join(folder, 'results.json'), folder);
  file = join(folder, 'report.html');
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

describe('the report in a browser', () => {
  it.each([320, 360, 640, 1280, 3840])('asks for nothing, complains of nothing and fits %i pixels', async (width) => {
    const { page, complaints, requests } = await browser.open(file, { viewport: { width, height: 800 } });
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.evaluate('[...document.images].every((image) => image.complete && image.naturalWidth > 0)')).toBe(
      true,
    );
    await page.close();
  });

  it('sorts within groups, both ways, from the keyboard too', async () => {
    const { page } = await browser.open(file);
    const rows = () => page.locator('#results tbody').first().locator('tr:not(.group) th').allTextContents();
    expect(await rows()).toEqual(['IFRNet', 'ffmpeg minterpolate', 'Blend']);
    const time = page.locator('#results thead button').last();
    await time.click();
    expect(await rows()).toEqual(['IFRNet', 'ffmpeg minterpolate', 'Blend']);
    await time.press('Enter');
    // The one without a time stays last.
    expect(await rows()).toEqual(['ffmpeg minterpolate', 'IFRNet', 'Blend']);
    const head = page.locator('#results thead th').last();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await page.locator('#results thead button').first().click();
    expect(await rows()).toEqual(['Blend', 'ffmpeg minterpolate', 'IFRNet']);
    expect(await head.getAttribute('aria-sort')).toBeNull();
    expect(await page.locator('#results tbody').nth(1).locator('tr').first().textContent()).toBe(
      'Published: A paper, Table 1',
    );
    await page.close();
  });

  it('moves the divider between ground truth and a model by arrow keys, and changes the model', async () => {
    const { page } = await browser.open(file);
    const compare = page.locator('#worst-0');
    const slider = compare.locator('input[type=range]');
    const at = (): Promise<string> => compare.locator('.view').evaluate((view) => view.style.getPropertyValue('--at'));
    await slider.focus();
    await slider.press('ArrowRight');
    expect(await at()).toBe('51%');
    await slider.press('Home');
    expect(await at()).toBe('0%');
    const before = await compare.locator('img.right').getAttribute('src');
    await compare.getByLabel('Blend', { exact: true }).check();
    const after = await compare.locator('img.right').getAttribute('src');
    expect(after).not.toBe(before);
    expect(after).toBe(await compare.locator('figure.other img').nth(2).getAttribute('src'));
    expect(await compare.locator('.sides span').last().textContent()).toContain('Blend');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^0 % ground truth, then Blend/);
    const box = (await slider.boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
    expect(Number.parseInt(await at(), 10)).toBeGreaterThan(65);
    await page.close();
  });

  it('moves the divider by touch, and leaves the page to scroll', async () => {
    const { page } = await browser.open(file, {
      viewport: { width: 360, height: 740 },
      isMobile: true,
      hasTouch: true,
    });
    const view = page.locator('#worst-0 .view');
    await view.scrollIntoViewIfNeeded();
    const box = (await view.boundingBox())!;
    await page.touchscreen.tap(box.x + box.width * 0.25, box.y + box.height / 2);
    expect(Number.parseInt(await view.evaluate((one) => one.style.getPropertyValue('--at')), 10)).toBeLessThan(35);
    expect(await page.evaluate("getComputedStyle(document.querySelector('#worst-0 .view input')).touchAction")).toBe('pan-y');
    await page.close();
  });

  it('shows where the keyboard is', async () => {
    const { page } = await browser.open(file);
    for (const what of [
      '#results thead button',
      '#results .scroll',
      '.tabs button',
      '#worst-0 .view input',
      'summary',
    ]) {
      await page.locator(what).first().focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      const outline = await page.evaluate(`(() => {
        const focused = document.activeElement;
        const shown = focused.closest('.view') ?? focused;
        return focused.matches(${JSON.stringify(what)}) + ' ' + getComputedStyle(shown).outlineStyle;
      })()`);
      expect(outline, what).toBe('true solid');
    }
    await page.close();
  });

  it('shows one metric at a time in all plots', async () => {
    const { page } = await browser.open(file);
    const shown = () => page.locator('.panel:visible h3').allTextContents();
    expect(await shown()).toEqual(['PSNR, dB', 'PSNR, dB', 'PSNR, dB']);
    await page.locator('#frames .tabs').getByText('SSIM').click();
    expect(await shown()).toEqual(['SSIM', 'SSIM', 'SSIM']);
    await page.close();
  });

  it('shows all pictures side by side on paper', async () => {
    const { page } = await browser.open(file);
    expect(await page.locator('#worst-0 figure:visible').count()).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#worst-0 figure:visible').count()).toBe(4);
    expect(await page.locator('.stage:visible, .tabs:visible, nav:visible').count()).toBe(0);
    // Chromium leaves out buttons where it repeats the head of a table on the next page.
    const display = "getComputedStyle(document.querySelector('#results thead button')).display";
    expect(await page.evaluate(display)).toBe('contents');
    await page.close();
  });

  it('is dark at night, on the screen alone', async () => {
    const { page } = await browser.open(file, { colorScheme: 'dark' });
    const colors = (): Promise<string[]> =>
      page.evaluate(`['backgroundColor', 'color'].map((name) => getComputedStyle(document.body)[name])
        .concat(getComputedStyle(document.querySelector('.chart .curves path')).stroke)`);
    const [night, ink, curve] = await colors();
    expect([night, ink]).toEqual(['rgb(18, 24, 30)', 'rgb(227, 233, 239)']);
    await page.emulateMedia({ media: 'print' });
    const [paper, print, line] = await colors();
    expect([paper, print]).toEqual(['rgb(255, 255, 255)', 'rgb(29, 39, 51)']);
    expect(curve).not.toBe(line);
    expect(line).toMatch(/^rgb\(/);
    await page.close();
  });

  it('is readable without scripts', async () => {
    const { page } = await browser.open(file, { javaScriptEnabled: false });
    expect(await page.locator('#worst-0 figure:visible').count()).toBe(4);
    await page.close();
  });
});
