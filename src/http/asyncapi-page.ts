/**
 * The page at /docs/async: the AsyncAPI document as one HTML page without scripts, grouped by subject, that loads nothing. What
 * there is to show is the document's.
 */
import { z } from 'zod';
import { type NamedSubjectName, namedSubjectNames, namedSubjects } from '../protocol/named-subjects.ts';
import { type SubjectChannel, subjectChannels } from '../protocol/subject-channels.ts';
import { type SubjectName, subjects, watches } from '../protocol/subjects.ts';

/** The page's own style, and nothing from anywhere. */
export const asyncApiPagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const shownSchema = z.looseObject({
  info: z.looseObject({ title: z.string(), version: z.string() }),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const sections = [
  { direction: 'to_agent', title: 'What agents are asked', verb: 'the arena sends' },
  { direction: 'from_agent', title: 'What agents answer', verb: 'the arena receives' },
  { direction: 'in', title: 'What the arena takes from anybody', verb: 'the arena receives' },
  { direction: 'out', title: 'What the arena tells everybody', verb: 'the arena sends' },
  { direction: 'between_hosts', title: 'What hosts of agents tell each other, and nobody else', verb: 'a host sends' },
] as const;

export function asyncApiPage(document: unknown): string {
  const { info, components } = shownSchema.parse(document);
  const names = Object.keys(subjects) as SubjectName[];
  const body = [
    `<header><h1>${escaped(info.title)}</h1><p>Version ${escaped(info.version)} · <a href="/asyncapi.json">asyncapi.json</a> · <a href="/docs">the HTTP side</a></p></header>`,
    '<main>',
    `<section><h2>What watchers subscribe to</h2><dl>${watches.map(({ pattern, description }) => `<dt><code>${escaped(pattern)}</code></dt><dd>${escaped(description)}</dd>`).join('')}</dl></section>`,
    ...sections.map(({ direction, title, verb }) => {
      const own = names.filter((name) => subjects[name].direction === direction);
      return `<section><h2>${title}</h2>${own.map((name) => subjectOf(name, verb)).join('')}</section>`;
    }),
    `<section><h2>Subjects that others name</h2>${namedSubjectNames.map(namedSubjectOf).join('')}</section>`,
    `<section><h2>Bodies</h2>${Object.entries(components.schemas).map(schemaOf).join('')}</section>`,
    '</main>',
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info.title)}</title><style>${style}</style></head><body>${body.join('\n')}</body></html>
`;
}

function subjectOf(name: SubjectName, verb: string): string {
  const { pattern, description, payload, wildcard } = subjects[name];
  const channels = subjectChannels.filter(({ subject }) => subject === name);
  const open = channels[0]?.open ?? [];
  return [
    `<article id="${name}"><h3><code>${escaped(pattern)}</code></h3><p>${escaped(description)}</p>`,
    `<p class="facts">${verb} <a href="#schema-${payload.name}">${payload.name}</a> · subscribe to all with <code>${escaped(wildcard)}</code></p>`,
    open.length > 0
      ? `<dl>${open.map((one) => `<dt><code>{${escaped(one.name)}}</code></dt><dd>${escaped(one.description)}</dd>`).join('')}</dl>`
      : '',
    channels.length > 1 ? addressesOf(channels) : '',
    '</article>',
  ].join('');
}

function namedSubjectOf(name: NamedSubjectName): string {
  const { direction, title, description, payload } = namedSubjects[name];
  const verb = direction === 'from_agent' ? 'the arena receives' : 'the arena sends';
  return [
    `<article id="${name}"><h3>${marked(title)}</h3><p>${marked(description)}</p>`,
    `<p class="facts">${verb} <a href="#schema-${payload.name}">${payload.name}</a></p></article>`,
  ].join('');
}

/** What stands between backticks is code. */
function marked(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function addressesOf(channels: readonly SubjectChannel[]): string {
  const rows = channels.map(({ address }) => `<li><code>${escaped(address)}</code></li>`).join('');
  return `<details><summary>${channels.length} subjects</summary><ul>${rows}</ul></details>`;
}

function schemaOf([name, schema]: [string, unknown]): string {
  const text = escaped(JSON.stringify(schema, null, 2));
  return `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary><pre tabindex="0">${text}</pre></details>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const style = `
:root{color-scheme:light dark;--ink:light-dark(#1c2128,#e6e9ee);--quiet:light-dark(#57606a,#9aa4b0);--line:light-dark(#d8dee4,#333b45);--page:light-dark(#fff,#12161b);--soft:light-dark(#f4f6f8,#1b2128);--link:light-dark(#0b5cad,#7cb7ff)}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 6rem;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
h1{font-size:1.8rem;margin:0}h2{font-size:1.25rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.35rem}h3{font-size:1rem;margin:0}
a{color:var(--link)}header p,.facts{color:var(--quiet);margin:.25rem 0}
article{padding:1rem 0;border-bottom:1px solid var(--line)}article p{margin:.35rem 0}
code,pre{font:.875rem/1.5 ui-monospace,monospace}h3 code{overflow-wrap:anywhere;font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.25rem;margin:.5rem 0}dd{margin:0;color:var(--quiet)}
details{margin:.5rem 0}summary{cursor:pointer}ul{columns:2 22rem;padding-left:1.1rem}li{overflow-wrap:anywhere}
pre{background:var(--soft);padding:1rem;overflow:auto;border-radius:.4rem}
@media(max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}`;
