/** What the panel's tests look for in its pages, and the arena behind them. */
import type { Page } from 'playwright-core';
import { createClient } from '../../src/client/client.ts';
import { startApp } from '../app/running-app.ts';

export async function startArena() {
  const app = await startApp();
  return { url: app.url, arena: createClient({ url: app.url }) };
}

export const moment = (page: Page) => page.getByRole('slider', { name: 'Moment in the journal' });
export const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
