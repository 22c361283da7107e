/** The frame around the views: the way from one to another, and which one is shown. */
import { useEffect, useRef } from 'preact/hooks';
import { AgentsView } from '../agents/agents-view.tsx';
import { ContestsView } from '../contests/contests-view.tsx';
import { LaunchView } from '../launch/launch-view.tsx';
import { usePanel } from '../panel.ts';
import { linkTo, type Route } from '../route.ts';
import { ContestFrame } from './contest-frame.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { titleOf } from './title.ts';

const ways: readonly { href: string; name: string; views: readonly Route['view'][] }[] = [
  { href: linkTo.contests, name: 'Contests', views: ['contests', 'watch', 'inspect'] },
  { href: linkTo.launch, name: 'Launch', views: ['launch'] },
  { href: linkTo.agents, name: 'Agents', views: ['agents'] },
];

/** A contest is called by its name, which its frame knows. */
const titles: Readonly<Record<Route['view'], string | null>> = {
  contests: 'Contests',
  launch: 'Launch a contest',
  agents: 'Agents and models',
  watch: null,
  inspect: null,
  nowhere: 'Nowhere',
};

export function App() {
  const { route } = usePanel();
  const { view } = route.value;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // Who reads with a screen reader or by keyboard is taken to the view that was chosen.
  useEffect(() => {
    const title = titles[view];
    if (title !== null) document.title = titleOf(title);
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [view]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="masthead">
        <a class="wordmark" href={linkTo.contests} aria-label="Agent Arena, all contests">
          <Mark />
          <span>Agent Arena</span>
        </a>
        <nav aria-label="Views">
          {ways.map(({ href, name, views }) => (
            <a key={href} href={href} aria-current={views.includes(view) ? 'page' : undefined}>
              {name}
            </a>
          ))}
          <a href="/docs" class="outward">
            API
          </a>
        </nav>
        <ThemeSwitch />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <View route={route.value} />
      </main>
    </>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'contests':
      return <ContestsView />;
    case 'launch':
      return <LaunchView />;
    case 'agents':
      return <AgentsView />;
    case 'watch':
    case 'inspect':
      return <ContestFrame key={route.contestId} contestId={route.contestId} />;
    case 'nowhere':
      return (
        <section class="page blank">
          <h1>There is nothing here</h1>
          <p class="prose">The address names no view of the panel.</p>
          <a class="button" href={linkTo.contests}>
            All contests
          </a>
        </section>
      );
  }
}

/** The mark: a grid, and somebody on it. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d="M4 4v16M12 4v16M20 4v16M4 4h16M4 12h16M4 20h16" class="mark-grid" />
      <circle cx="12" cy="12" r="4.2" class="mark-player" />
    </svg>
  );
}
