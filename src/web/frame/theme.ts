/** Light, dark, or as the system says: the choice, which stays with the browser, and the colours of what is drawn on a canvas. */
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';

export const themeNames = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

export interface Palette {
  readonly soft: string;
  readonly line: string;
  readonly bad: string;
  readonly band: string;
  readonly bandEven: string;
  readonly bandOdd: string;
  /** In the order of the seats; after the last one comes the first again. */
  readonly seats: readonly string[];
  readonly font: string;
}

export interface Theme {
  readonly choice: Signal<ThemeName>;
  readonly palette: ReadonlySignal<Palette>;
}

const storageKey = 'theme';
const seatColours = 8;

export function createTheme(): Theme {
  const { documentElement: page } = document;
  const choice = signal(themeNames.find((name) => name === localStorage.getItem(storageKey)) ?? 'system');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = signal(system.matches);
  system.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  const palette = signal(readPalette());
  effect(() => {
    // Read for being told: the colours of "system" change with it.
    void isSystemDark.value;
    if (choice.value === 'system') delete page.dataset.theme;
    else page.dataset.theme = choice.value;
    localStorage.setItem(storageKey, choice.value);
    palette.value = readPalette();
  });
  return { choice, palette };
}

/** A canvas knows nothing of `var()` and `light-dark()`: what they come to is asked of an element. */
function readPalette(): Palette {
  const probe = document.createElement('i');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const palette = {
    soft: colour('--soft'),
    line: colour('--line'),
    bad: colour('--bad'),
    band: colour('--band'),
    bandEven: colour('--band-even'),
    bandOdd: colour('--band-odd'),
    seats: Array.from({ length: seatColours }, (_, index) => colour(`--seat-${index}`)),
    font: style.fontFamily,
  };
  probe.remove();
  return palette;
}
