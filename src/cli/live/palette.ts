/** The colours of the live view; all of them plain text where colours are not wanted. */
import { createColors } from 'picocolors';

type Paint = (text: string) => string;

export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly feature: Paint;
  /** Each player has a colour, by its place in the list. */
  player(index: number): Paint;
}

export function createPalette(enabled: boolean): Palette {
  const colors = createColors(enabled);
  const players = [colors.cyan, colors.magenta, colors.green, colors.blue, colors.red, colors.white];
  return {
    bold: colors.bold,
    dim: colors.dim,
    good: colors.green,
    bad: colors.red,
    feature: colors.yellow,
    player: (index) => (text) => colors.bold((players[index % players.length] ?? colors.white)(text)),
  };
}
