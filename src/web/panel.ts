/** What every view of the panel may use: the client, the clock, the route, and the colours. */
import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../client/client.ts';
import type { BrowserClock } from './browser-clock.ts';
import type { Theme } from './frame/theme.ts';
import type { Route } from './route.ts';

export interface Panel {
  readonly arena: Client;
  readonly clock: BrowserClock;
  readonly route: Signal<Route>;
  readonly theme: Theme;
}

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error('a view was shown outside of the panel');
  return panel;
}
