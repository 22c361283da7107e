/** Language models: those of the table with their prices, and what each has been used for of late. */
import type { CatalogueItem } from '../../client/client.ts';
import { costWords, durationWords, numberWords } from '../words.ts';
import type { Spent } from './figures.ts';

const perMillion = 1_000_000;

interface Properties {
  models: readonly CatalogueItem<'llmmodel'>[];
  /** By the model's name. */
  spent: ReadonlyMap<string, Spent>;
}

export function ModelTable({ models, spent }: Properties) {
  const names = [...new Set([...models.map(({ name }) => name), ...spent.keys()])];
  if (names.length === 0) {
    return (
      <p class="quiet">
        There is no language model yet. Set <code>ARENA_LLM_BASE_URL</code> and <code>ARENA_LLM_MODEL</code>, or add one
        through the <a href="/docs">API</a>.
      </p>
    );
  }
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Models">
      <table>
        <thead>
          <tr>
            {['Model', 'Provider'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {['In, $/M', 'Out, $/M', 'Calls', 'Failed', 'Median', 'Tokens in', 'Tokens out', 'Cost'].map((name) => (
              <th key={name} scope="col" class="figure">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const model = models.find((one) => one.name === name);
            const used = spent.get(name);
            return (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {model && !model.active && <small> switched off</small>}
                </th>
                <td>{model?.provider ?? '–'}</td>
                <td class="figure">{priceOf(model?.prompt_price)}</td>
                <td class="figure">{priceOf(model?.completion_price)}</td>
                <td class="figure">{numberWords(used?.calls ?? 0)}</td>
                <td class={used && used.failed > 0 ? 'figure bad' : 'figure'}>{numberWords(used?.failed ?? 0)}</td>
                <td class="figure">{durationWords(used?.medianMs ?? null)}</td>
                <td class="figure">{numberWords(used?.inputTokens)}</td>
                <td class="figure">{numberWords(used?.outputTokens)}</td>
                <td class="figure">{costWords(used?.costUsd)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function priceOf(price: number | null | undefined): string {
  return price === null || price === undefined ? '–' : (price * perMillion).toFixed(2);
}
