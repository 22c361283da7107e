/** Evaluation tables, where the arena has them; nothing where it has not. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { usePanel } from '../panel.ts';

type Row = Readonly<Record<string, unknown>>;

export function Evaluations() {
  const { arena } = usePanel();
  const rows = useSignal<readonly Row[]>([]);
  useEffect(() => {
    arena.get<unknown>('/api/evaluation').then(
      (list) => {
        if (Array.isArray(list)) rows.value = list as Row[];
      },
      // An arena that has no evaluations says that there is nothing here.
      () => undefined,
    );
  }, [arena]);
  const columns = Object.keys(rows.value[0] ?? {}).filter((name) => isPlain(rows.value[0]?.[name]));
  if (columns.length === 0) return null;
  return (
    <>
      <h2>Evaluations</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Evaluations">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name.replaceAll('_', ' ')}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <tr key={String(row.id)}>
                {columns.map((name) => (
                  <td key={name}>{String(row[name] ?? '–')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function isPlain(value: unknown): boolean {
  return value === null || typeof value !== 'object';
}
