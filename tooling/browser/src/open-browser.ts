import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findBrowser } from './find-browser.js';

/** A page that is open, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, violations of the content policy, and whatever else the page complained of. */
  readonly complaints: readonly string[];
  /** Addresses the page asked for besides itself and what is embedded in it. */
  readonly requests: readonly string[];
}

/** A headless browser. */
export interface TestBrowser {
  /** Opens a file of this machine in a context of its own; `before` runs in the page before its own scripts do. */
  open(file: string, options?: BrowserContextOptions, before?: () => void): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Milliseconds that a page may take for anything; a machine that is busy with other tests is slow. */
const patience = 120_000;

/** Starts a headless browser. @throws EnvironmentError if there is none on this machine. */
export async function openBrowser(): Promise<TestBrowser> {
  // Chromium's sandbox does not start for root, as which containers run; the pages are our own.
  const browser: Browser = await chromium.launch({
    executablePath: findBrowser(),
    args: ['--no-sandbox', '--disable-gpu'],
  });
  return {
    async open(file, options, before) {
      const context = await browser.newContext(options);
      context.setDefaultTimeout(patience);
      const page = await context.newPage();
      if (before !== undefined) await page.addInitScript(before);
      const complaints: string[] = [];
      const requests: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      const address = pathToFileURL(file).href;
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && request.url() !== address) requests.push(request.url());
      });
      await page.goto(address);
      return { page, complaints, requests };
    },
    close: () => browser.close(),
  };
}
