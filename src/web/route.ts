/** Where in the panel one is: read from the part of the address after `#`, so that every view can be linked to. */
import { type Signal, signal } from '@preact/signals';

export type Route =
  | { readonly view: 'contests' }
  | { readonly view: 'launch' }
  | { readonly view: 'agents' }
  | { readonly view: 'watch'; readonly contestId: string; readonly at: number | null }
  | {
      readonly view: 'inspect';
      readonly contestId: string;
      readonly at: number | null;
      readonly jobId: string | null;
    }
  | { readonly view: 'nowhere' };

export function createRoute(): Signal<Route> {
  const route = signal(parseRoute(location.hash));
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash);
  });
  return route;
}

function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const [first = '', second = '', third = '', fourth] = path.split('/').filter((part) => part !== '');
  const query = new URLSearchParams(search);
  const at = query.has('at') ? Number(query.get('at')) : null;
  if (first === '') return { view: 'contests' };
  if (first === 'launch') return { view: 'launch' };
  if (first === 'agents') return { view: 'agents' };
  if (first === 'contest' && second !== '' && third === '') return { view: 'watch', contestId: second, at };
  if (first === 'contest' && third === 'inspect')
    return { view: 'inspect', contestId: second, at, jobId: fourth ?? null };
  return { view: 'nowhere' };
}

export const linkTo = {
  contests: '#/',
  launch: '#/launch',
  agents: '#/agents',
  watch: (contestId: string) => `#/contest/${contestId}`,
  inspect: (contestId: string, jobId?: string) =>
    `#/contest/${contestId}/inspect${jobId === undefined ? '' : `/${jobId}`}`,
} as const;

/** Changes the address without a new step in the browser's history, such as while a slider is dragged. */
export function replaceAddress(hash: string): void {
  if (location.hash !== hash) history.replaceState(null, '', hash);
}
