import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenPage, openBrowser, type TestBrowser } from '@vosvfi/browser';
import { parseRational } from '@vosvfi/data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyzeStudy } from '../../src/study/analyze.js';
import { type MadeStudy, makeStudy } from '../../src/study/make-study.js';
import { readAnswers } from '../../src/study/read-study.js';
import { writeSampleClips } from './sample-clips.js';

type Page = OpenPage['page'];

let folder: string;
let browser: TestBrowser;
let made: MadeStudy;

const options = {
  title: 'Which is smoother?',
  question: 'Which one?',
  seed: 2,
  canTie: true,
  repeats: 1,
  same: 1,
  damaged: 1,
  frameRate: parseRational('12'),
};

beforeAll(async () => {
  browser = await openBrowser();
  folder = await mkdtemp(join(tmpdir(), 'vosvfi-study-page-'));
  const methods = (await writeSampleClips(join(folder, 'clips'), ['one', 'two'], [96, 64])).map((text) => {
    const [name = '', path = ''] = text.split('=');
    return { name, folder: path };
  });
  made = await makeStudy(join(folder, 'study'), { ...options, methods, embedBytes: 1e7 });
  await makeStudy(join(folder, 'beside'), { ...options, methods, embedBytes: 0 });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** The pictures that the two clips show now. */
function shownPictures(page: Page): Promise<string[]> {
  return page.evaluate(`['left', 'right'].map((id) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 64 });
    canvas.getContext('2d').drawImage(document.getElementById(id), 0, 0);
    return canvas.toDataURL();
  })`);
}

/** Waits for something in the page. Not page.waitForFunction, which the content policy forbids. */
async function until(page: Page, condition: string): Promise<void> {
  await expect.poll(() => page.evaluate(condition), { timeout: 60_000 }).toBe(true);
}

async function begin(page: Page, participant: string): Promise<void> {
  await page.locator('#participant').fill(participant);
  await page.getByRole('button', { name: 'Begin' }).click();
}

/** Presses a key once the clips have run to their end. */
async function answer(page: Page, key: string): Promise<void> {
  await page.locator('[data-choice]:enabled').first().waitFor();
  await page.keyboard.press(key);
}

const count = (page: Page): Promise<string | null> => page.locator('#count').textContent();

describe('a study in a browser', () => {
  it('is answered by keys, survives a reload, and its download is what the analysis reads', async () => {
    const { page, complaints, requests } = await browser.open(made.page);
    await begin(page, 'me & you');
    expect(await count(page)).toBe('1 of 4');
    // Too early: the clips have not been seen.
    await page.keyboard.press('ArrowLeft');
    expect(await count(page)).toBe('1 of 4');
    await answer(page, 'ArrowLeft');
    await page.getByText('2 of 4').waitFor();
    await answer(page, 'ArrowDown');
    await page.getByText('3 of 4').waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('2 of 4').waitFor();

    await page.reload();
    expect(await page.locator('#participant').inputValue()).toBe('me & you');
    expect(await page.locator('#resume').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Begin' }).click();
    expect(await count(page)).toBe('2 of 4');
    for (const key of ['ArrowRight', 'ArrowRight', '0']) {
      const before = await count(page);
      await answer(page, key);
      await until(
        page,
        `document.getElementById('trial').hidden || document.getElementById('count').textContent !== '${before}'`,
      );
    }
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    expect(download.suggestedFilename()).toBe('answers-me_you.json');
    const file = join(folder, 'answers.json');
    await download.saveAs(file);
    const answers = await readAnswers(file, made.study);
    expect(answers).toMatchObject({ participant: 'me & you', isComplete: true });
    expect(answers.answers.map(({ choice }) => choice)).toEqual(['left', 'right', 'right', 'same']);
    expect(answers.answers.every(({ seconds, loops }) => seconds > 0 && loops >= 1)).toBe(true);
    const { pairs, participants } = analyzeStudy(made.study, [answers], { minimumPassed: 0 });
    expect(pairs[0]!.firstWins + pairs[0]!.secondWins + pairs[0]!.ties).toBe(2);
    expect(participants[0]!.checks).toBe(2);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await page.close();
  });

  it('shows on the left and right what the answers say', async () => {
    const { page } = await browser.open(made.page);
    await begin(page, 'looker');
    const sides: boolean[] = [];
    for (let i = 0; i < 4; i += 1) {
      await page.locator('[data-choice]:enabled').first().waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      // Late in the clips, where methods differ.
      await page.evaluate("for (const video of document.querySelectorAll('video')) video.currentTime = 0.45");
      await until(
        page,
        "[...document.querySelectorAll('video')].every((video) => video.paused && !video.seeking && video.currentTime === 0.45)",
      );
      const [left, right] = await shownPictures(page);
      sides.push(left === right);
      await page.keyboard.press('ArrowLeft');
    }
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    await download.saveAs(join(folder, 'looker.json'));
    const { answers } = await readAnswers(join(folder, 'looker.json'), made.study);
    const kinds = answers.map(({ trial }) => made.study.trials.find(({ id }) => id === trial)!.kind);
    expect(sides).toEqual(kinds.map((kind) => kind === 'same'));
    await page.close();
  });

  it('plays both in step, again and again, slower, and stops', async () => {
    const { page } = await browser.open(made.page);
    await begin(page, 'watcher');
    await page.locator('[data-choice]:enabled').first().waitFor();
    await page.keyboard.press('s');
    expect(await page.locator('#speed').textContent()).toBe('Speed: half');
    await page.keyboard.press('r');
    await until(page, "document.getElementById('left').currentTime > 0.1");
    const times =
      "['left', 'right'].map((id) => document.getElementById(id)).map((video) => [video.currentTime, video.playbackRate, video.paused])";
    const [[left, rate, isPaused], [right]] = (await page.evaluate(times)) as [number, number, boolean][] as [
      [number, number, boolean],
      [number, number, boolean],
    ];
    // Within a frame of 1/12 s.
    expect(Math.abs(left - right)).toBeLessThan(1 / 12);
    expect([rate, isPaused]).toEqual([0.5, false]);
    await page.keyboard.press(' ');
    const [[stopped, , paused], [other]] = (await page.evaluate(times)) as [
      [number, number, boolean],
      [number, number, boolean],
    ];
    expect(paused).toBe(true);
    expect(other).toBeCloseTo(stopped, 2);
    await page.close();
  });

  it('lets both wait where one is late, stopped or elsewhere', async () => {
    const { page } = await browser.open(made.page);
    await begin(page, 'late');
    await page.locator('[data-choice]:enabled').first().waitFor();
    await page.keyboard.press('s');
    await page.keyboard.press('s');
    const places = "['left', 'right'].map((id) => document.getElementById(id).currentTime)";
    const isTogether = `(([a, b]) => a > 0.05 && a < 0.4 && Math.abs(a - b) < 1 / 24)(${places})
      && [...document.querySelectorAll('video')].every((video) => !video.paused && video.playbackRate > 0.2 && video.playbackRate < 0.3)`;
    for (const trouble of ['pause()', 'currentTime = 0.3', 'playbackRate = 4']) {
      await page.keyboard.press('r');
      await until(page, isTogether);
      await page.evaluate(`void (document.getElementById('right').${trouble})`);
      await until(page, isTogether);
    }
    await page.close();
  });

  it("keeps everybody's answers apart, and gives them away before the end", async () => {
    const { page } = await browser.open(made.page);
    await begin(page, 'ann');
    await answer(page, 'ArrowLeft');
    await page.getByText('2 of 4').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download answers so far' }).click(),
    ]);
    await download.saveAs(join(folder, 'ann.json'));
    expect(await readAnswers(join(folder, 'ann.json'), made.study)).toMatchObject({
      ...{ participant: 'ann', isComplete: false },
      answers: [{ choice: 'left' }],
    });
    await page.reload();
    await begin(page, 'bob');
    expect(await count(page)).toBe('1 of 4');
    await page.reload();
    expect(await page.locator('#resume').isVisible()).toBe(false);
    await page.locator('#participant').fill('ann');
    expect(await page.locator('#resume').isVisible()).toBe(true);
    await begin(page, 'ann');
    expect(await count(page)).toBe('2 of 4');
    await page.close();
  });

  it('works where a browser keeps nothing, and warns before answers are lost', async () => {
    const { page, complaints } = await browser.open(made.page, {}, () => {
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new Error('no storage');
        },
      });
    });
    await begin(page, 'private');
    expect(await page.locator('#storage').isVisible()).toBe(true);
    for (let i = 0; i < 4; i += 1) {
      await page.locator('[data-choice]:enabled').first().waitFor();
      await page.getByRole('button', { name: /Right/ }).click();
    }
    const dialog = page.waitForEvent('dialog');
    const left = page.close({ runBeforeUnload: true });
    expect((await dialog).type()).toBe('beforeunload');
    await (await dialog).dismiss();
    await left;
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    await download.saveAs(join(folder, 'private.json'));
    expect(await readAnswers(join(folder, 'private.json'), made.study)).toMatchObject({ isComplete: true });
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says that clips are missing', async () => {
    const alone = join(folder, 'alone.html');
    await copyFile(join(folder, 'beside', 'index.html'), alone);
    const { page } = await browser.open(alone);
    await begin(page, 'p');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('both must lie in one folder');
    await page.close();
  });

  it('plays clips that lie beside it', async () => {
    const { page, complaints } = await browser.open(join(folder, 'beside', 'index.html'));
    await begin(page, 'p');
    await answer(page, 'ArrowRight');
    await page.getByText('2 of 4').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each([320, 375, 1280])('fits %i pixels', async (width) => {
    const { page } = await browser.open(made.page, { viewport: { width, height: 720 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await begin(page, 'p');
    await page.locator('[data-choice]:enabled').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const buttons = await page.locator('.answers button').last().boundingBox();
    expect(buttons!.y + buttons!.height).toBeLessThan(720);
    await page.close();
  });
});

it('the key tells what the page does not', async () => {
  const key = JSON.parse(await readFile(made.key, 'utf8')) as unknown;
  expect(key).toEqual(made.study);
});
