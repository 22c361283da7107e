/** One thing that was asked: the facts, the attempts, what was sent and came back, and what became of it. */
import type { Signal } from '@preact/signals';
import type { Fault } from '../../client/client.ts';
import { Said } from '../said.tsx';
import type { Attempt, Job, Picture } from '../story/picture.ts';
import { askWords, costWords, durationWords, numberWords, plural, roundName, timeWords } from '../words.ts';
import { Consequence } from './consequence.tsx';
import { seatName } from './job-tree.tsx';
import { JsonText } from './json-text.tsx';
import { SendAgain } from './send-again.tsx';
import { SentRequest } from './sent-request.tsx';

interface Properties {
  job: Job;
  picture: Picture;
  isSentOpen: Signal<boolean>;
}

export function JobDetail({ job, picture, isSentOpen }: Properties) {
  const isAsk = job.participantId !== null;
  const last = job.attempts.at(-1);
  const raw = last?.raw ?? null;
  return (
    <article class="detail">
      <header>
        <p class="eyebrow">
          {placeWords(job.place)} <span aria-hidden="true">/</span> <code>{job.id}</code>
        </p>
        <h2>
          {isAsk ? `${seatName(picture, job.participantId ?? '')}: ` : ''}
          {askWords(job.type, job.promptType)}
          {job.about !== null && <span class="quiet"> (about {seatName(picture, job.about)})</span>}
        </h2>
      </header>
      <Facts job={job} />
      {job.message !== '' && (
        <p class={job.state === 'fail' ? 'notice bad' : 'notice'} dir="auto">
          {job.message}
        </p>
      )}
      <Attempts job={job} picture={picture} />
      {isAsk && <SentRequest jobId={job.id} attempts={job.attempts.length} isOpen={isSentOpen} />}
      {raw !== null && (
        <section>
          <h3>What came back</h3>
          <pre class="raw" tabIndex={0}>
            {raw}
          </pre>
        </section>
      )}
      {job.state === 'complete' && job.data !== null && (
        <section>
          <h3>{raw === null ? 'What came back, and was read without ado' : 'How it was read'}</h3>
          <JsonText value={job.data} />
        </section>
      )}
      {job.lateAnswers.map((late) => (
        <section key={late}>
          <h3>What came too late</h3>
          <pre class="raw" tabIndex={0}>
            {late}
          </pre>
        </section>
      ))}
      <Consequence job={job} picture={picture} />
      {job.promptType !== null && job.participantId !== null && (
        <SendAgain jobId={job.id} participantId={job.participantId} />
      )}
    </article>
  );
}

function Facts({ job }: { job: Job }) {
  const faults = job.attempts.flatMap((attempt) => attempt.faults);
  const facts: readonly [string, string][] = [
    ['State', job.state],
    ['Asked', timeWords(job.createdAt)],
    ['Attempts', `${job.attempts.length} of ${job.attemptsMax}`],
    ['Latency', durationWords(job.attempts.at(-1)?.latencyMs ?? null)],
    ['Tokens', tokensOf(job)],
    ['Cost', costWords(job.usage?.cost_usd)],
    ['Fault', faults.length === 0 ? 'nobody’s' : [...new Set(faults.map(({ whose }) => whose))].join(', ')],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function tokensOf({ usage }: Job): string {
  if (usage?.input_tokens === undefined && usage?.output_tokens === undefined) return '–';
  return `${numberWords(usage.input_tokens)} in, ${numberWords(usage.output_tokens)} out`;
}

function Attempts({ job, picture }: { job: Job; picture: Picture }) {
  const isPlain = job.attempts.length <= 1 && job.attempts.every(({ faults }) => faults.length === 0);
  if (isPlain) return null;
  return (
    <section>
      <h3>{plural(job.attempts.length, 'attempt')}</h3>
      <ol class="attempts">
        {job.attempts.map((attempt) => (
          <AttemptLine key={attempt.number} attempt={attempt} picture={picture} />
        ))}
      </ol>
    </section>
  );
}

function AttemptLine({ attempt, picture }: { attempt: Attempt; picture: Picture }) {
  const { number, requestedAt, latencyMs, raw, faults, answered } = attempt;
  const isOpen = !answered && faults.length === 0;
  return (
    <li>
      <p>
        <strong>Attempt {number}</strong> at {timeWords(requestedAt)}
        {latencyMs !== null && `, answered after ${durationWords(latencyMs)}`}
        {isOpen && picture.contest?.endTime === null && ', no answer yet'}
      </p>
      {faults.map((fault) => (
        <FaultLine key={`${fault.at}${fault.message}`} fault={fault} />
      ))}
      {faults.length > 0 && raw !== null && (
        <details>
          <summary>What came back</summary>
          <pre class="raw" tabIndex={0}>
            {raw}
          </pre>
        </details>
      )}
    </li>
  );
}

function FaultLine({ fault }: { fault: Fault }) {
  return (
    <p class="bad">
      <b>{fault.kind}</b>, the fault of the {fault.whose}: <Said text={fault.message} />
    </p>
  );
}

function placeWords(place: string): string {
  const [kind, name] = place.split('/');
  if (kind === 'round') return roundName(Number(name));
  return kind === 'setup' ? 'Set-up' : 'Role call';
}
