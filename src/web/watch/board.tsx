/** The grid as a drawing, with the same in words for those who do not see it. */
import { useMemo } from 'preact/hooks';
import type { ArenaOfContest } from '../../client/client.ts';
import { Said } from '../said.tsx';
import type { OpenContest } from '../story/open-contest.ts';
import { type Picture, worldOf } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { initialsOf } from '../words.ts';
import { type Cell, type FeatureMark, featureMarks, type PlayerMark, playerMarks } from './board-marks.ts';

/** Units of the drawing per cell. */
const side = 48;
const margin = 26;
/** Grids with more cells to a side have no room for letters, nor for a number at every line. */
const letteredMax = 24;

export function Board({ contest }: { contest: OpenContest }) {
  const picture = contest.picture.value;
  const arena = picture.contest?.arena;
  // The same object again is not gone through again, and this part stays as it is at every moment.
  const ground = useMemo(() => arena && <Ground arena={arena} />, [arena]);
  if (!arena) return null;
  const features = featureMarks(picture);
  const players = playerMarks(picture);
  const width = arena.width * side;
  const height = arena.height * side;
  const scale = scaleOf(arena);
  const edge = margin * scale;
  return (
    <figure class={scale > 1 ? 'board board-vast' : 'board'} data-live={contest.isLive.value ? '' : undefined}>
      <svg
        viewBox={`${-edge} ${-edge} ${width + edge + 4} ${height + edge + 4}`}
        role="img"
        aria-label={`A grid of ${arena.width} by ${arena.height}`}
        aria-describedby="board-words"
      >
        {ground}
        {features.map((mark) => (
          <FeatureGround key={`${mark.cell.x},${mark.cell.y}`} mark={mark} />
        ))}
        {players.map((mark) => (
          <PathDrawing key={mark.player.id} mark={mark} />
        ))}
        {features.map((mark) => (
          <FeatureLetters key={`${mark.cell.x},${mark.cell.y}`} mark={mark} />
        ))}
        {players.map((mark) => (
          <PlayerDrawing key={mark.player.id} mark={mark} scale={scale} />
        ))}
      </svg>
      <BoardWords contest={contest} />
    </figure>
  );
}

/** How much larger than on a small grid what is to be read is drawn. */
function scaleOf({ width, height }: ArenaOfContest): number {
  return Math.max(1, Math.max(width, height) / letteredMax);
}

function Ground({ arena }: { arena: ArenaOfContest }) {
  const size = { width: arena.width * side, height: arena.height * side };
  return (
    <>
      <rect class="board-ground" {...size} />
      <path class="board-line" d={gridLines(arena)} />
      <rect class="board-edge" {...size} />
      <Labels arena={arena} scale={scaleOf(arena)} />
    </>
  );
}

/** All in one path: a pattern is filled anew, cell by cell, whenever something on it moves. */
function gridLines({ width, height }: ArenaOfContest): string {
  const inner = (count: number) => Array.from({ length: count - 1 }, (_, index) => (index + 1) * side);
  const upright = inner(width).map((x) => `M${x} 0V${height * side}`);
  const level = inner(height).map((y) => `M0 ${y}H${width * side}`);
  return [...upright, ...level].join('');
}

/** Every so many, so that they stay apart however large the grid is. */
function Labels({ arena, scale }: { arena: ArenaOfContest; scale: number }) {
  const step = Math.ceil(scale) * (scale > 2 ? 5 : 1);
  const numbers = (count: number) =>
    Array.from({ length: count }, (_, index) => index + 1).filter((n) => n % step === 0);
  const label = { fontSize: `${11 * scale}px` };
  return (
    <g class="board-labels">
      {numbers(arena.width).map((x) => (
        <text key={`x${x}`} style={label} x={(x - 0.5) * side} y={-13 * scale}>
          {x}
        </text>
      ))}
      {numbers(arena.height).map((y) => (
        <text key={`y${y}`} style={label} x={-14 * scale} y={(y - 0.5) * side}>
          {y}
        </text>
      ))}
    </g>
  );
}

function FeatureGround({ mark }: { mark: FeatureMark }) {
  const { x, y } = cornerOf(mark.cell);
  const names = mark.features.map(({ name, description }) => `${name}. ${description}`).join('\n');
  return (
    <g class={`feature feature-${mark.features[0]?.origin}${mark.isNew ? ' changed' : ''}`}>
      <title>{names}</title>
      <rect x={x + 4} y={y + 4} width={side - 8} height={side - 8} rx={3} />
    </g>
  );
}

/** Above the paths, so that they can be read. */
function FeatureLetters({ mark }: { mark: FeatureMark }) {
  const { x, y } = cornerOf(mark.cell);
  return (
    <g class="feature feature-letters">
      <text x={x + side / 2} y={y + side / 2}>
        {initialsOf(mark.features[0]?.name ?? '')}
      </text>
      {mark.features.length > 1 && (
        <text class="feature-more" x={x + side - 10} y={y + 12}>
          {mark.features.length}
        </text>
      )}
    </g>
  );
}

function cornerOf({ x, y }: Cell): Cell {
  return { x: (x - 1) * side, y: (y - 1) * side };
}

function PathDrawing({ mark }: { mark: PlayerMark }) {
  if (mark.path.length < 2) return null;
  const centres = mark.path.map((cell) => centreOf(cell, mark));
  const points = centres.map(({ x, y }) => `${x},${y}`);
  const stops = centres.slice(0, -1).map(({ x, y }) => `M${x} ${y}h0`);
  return (
    <g class={`path seat-${mark.index % 8}`}>
      <polyline points={points.join(' ')} />
      <path d={stops.join('')} />
    </g>
  );
}

/** Players are seen however small the cells are. */
function PlayerDrawing({ mark, scale }: { mark: PlayerMark; scale: number }) {
  const { x, y } = centreOf(mark.cell, mark);
  const { player } = mark;
  const radius = mark.crowd.size > 1 ? 12 : 16;
  return (
    <g class={`player seat-${mark.index % 8}`} style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
      <title>{`${player.name}, ${player.health}, ${player.score} points`}</title>
      <circle r={radius} />
      <text>{initialsOf(player.name)}</text>
    </g>
  );
}

/** Those who share a cell stand side by side. */
function centreOf(cell: Cell, { crowd }: PlayerMark): Cell {
  const offset = crowd.size > 1 ? (crowd.place - (crowd.size - 1) / 2) * Math.min(25, 44 / crowd.size) : 0;
  return { x: (cell.x - 0.5) * side + offset, y: (cell.y - 0.5) * side };
}

function BoardWords({ contest }: { contest: OpenContest }) {
  const picture = useUnhurried(contest.picture).value;
  return (
    <>
      <Legend picture={picture} />
      <p id="board-words" class="unseen">
        {boardWords(picture)}
      </p>
    </>
  );
}

function Legend({ picture }: { picture: Picture }) {
  const names = [...new Set(worldOf(picture).features.map(({ name }) => name))];
  if (names.length === 0) return null;
  const shown = names.slice(0, 14);
  return (
    <figcaption class="legend" aria-hidden="true">
      {shown.map((name) => (
        <span key={name}>
          <b>{initialsOf(name)}</b> <Said text={name} />
        </span>
      ))}
      {names.length > shown.length && <span>and {names.length - shown.length} more</span>}
    </figcaption>
  );
}

function boardWords(picture: Picture): string {
  const world = worldOf(picture);
  const players = world.players.map(({ name, position }) => `${name} stands at ${position}.`);
  const features = world.features.slice(0, 60).map(({ name, position }) => {
    const carrier = world.players.find(({ id }) => position === `player:${id}`);
    return carrier ? `${carrier.name} carries ${name}.` : `${name} is at ${position}.`;
  });
  return [...players, ...features].join(' ');
}
