/** The bundled games as the launch view offers them: data only, taken from where the scripted agents have it. */
import { type BundledGame, bundledGames } from '../../agents/games/bundled-games.ts';

export type { BundledGame };
export const gamesToPlay: readonly BundledGame[] = bundledGames;
