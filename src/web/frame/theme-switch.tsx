/** Where one chooses between light, dark, and as the system says. */
import { usePanel } from '../panel.ts';
import { type ThemeName, themeNames } from './theme.ts';

const words: Readonly<Record<ThemeName, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  const { choice } = usePanel().theme;
  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={choice.value}
        onChange={(event) => {
          choice.value = themeNames.find((name) => name === event.currentTarget.value) ?? 'system';
        }}
      >
        {themeNames.map((name) => (
          <option key={name} value={name}>
            {words[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
