/** Light, dark, or as the system says; the choice stays with the browser. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

export function ThemeSwitch() {
  const theme = useSignal<Theme>(kept());
  useEffect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    localStorage.setItem('theme', theme.value);
  }, [theme.value]);

  return (
    <label class="theme">
      <span class="unseen">Colours</span>
      <select
        value={theme.value}
        onChange={(event) => {
          theme.value = themes.find((one) => one === event.currentTarget.value) ?? 'system';
        }}
      >
        <option value="system">Auto</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

function kept(): Theme {
  return themes.find((theme) => theme === localStorage.getItem('theme')) ?? 'system';
}
