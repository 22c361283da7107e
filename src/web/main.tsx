/** Starts the control panel in the page. */
import { render } from 'preact';
import { createClient } from '../client/client.ts';
import { createBrowserClock } from './browser-clock.ts';
import { App } from './frame/app.tsx';
import { createTheme } from './frame/theme.ts';
import { PanelContext } from './panel.ts';
import { createRoute } from './route.ts';
import './style/base.css';
import './style/parts.css';
import './style/contests.css';
import './style/launch.css';
import './style/watch.css';
import './style/inspect.css';
import './style/agents.css';
import 'uplot/dist/uPlot.min.css';

const panel = {
  arena: createClient({ url: '' }),
  clock: createBrowserClock(),
  route: createRoute(),
  theme: createTheme(),
};
const place = document.getElementById('panel');
void setClock();
if (place) {
  render(
    <PanelContext.Provider value={panel}>
      <App />
    </PanelContext.Provider>,
    place,
  );
}

/** Every answer of the arena says in its head what time it is there. Without one the browser's own clock must do. */
async function setClock(): Promise<void> {
  const answer = await fetch('healthz', { method: 'HEAD' }).catch(() => null);
  const time = Date.parse(answer?.headers.get('date') ?? '');
  if (!Number.isNaN(time)) panel.clock.setBy(time);
}
