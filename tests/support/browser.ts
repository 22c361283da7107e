/** A real Chromium for tests: where its program is, one browser for a test file, and pages that fail a test when they log an error. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';

/** The path of a Chromium or Chrome program, or null when there is none on this machine. `CHROMIUM` names one. */
export function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    process.env.CHROMIUM ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null;
}

export interface OpenPage {
  readonly page: Page;
  /** Every address that the page has asked for. */
  readonly requested: readonly string[];
  /** What it has written as an error, without the requests that failed. */
  readonly errors: readonly string[];
}

/** One browser for the file, closed with it; each page has a context of its own, which ends with the test. */
export function useBrowser() {
  let browser: Promise<Browser> | null = null;
  const open: { page: Page; errors: string[] }[] = [];

  afterEach(async () => {
    const pages = open.splice(0);
    await Promise.all(pages.map(({ page }) => page.context().close()));
    expect(pages.flatMap(({ errors }) => errors)).toEqual([]);
  });
  afterAll(async () => {
    await (await browser)?.close();
  });

  return async (url: string, options: BrowserContextOptions = {}): Promise<OpenPage> => {
    browser ??= launch();
    const context = await (await browser).newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    const requested: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requested.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        errors.push(message.text());
    });
    open.push({ page, errors });
    await page.goto(url);
    return { page, requested, errors };
  };
}

function launch(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('chromium is missing: install it, or name it in CHROMIUM');
  // The sandbox needs rights that containers do not give, and what is shown here is our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
