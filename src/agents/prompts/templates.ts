/**
 * Liquid, as the arena allows it: bundled templates and nothing else to include or inherit from, no file access, a limit on size, time
 * and memory, and a failure for every value and filter that is not there.
 */
import { Context, Liquid, type LiquidError } from 'liquidjs';
import { messageOf } from '../../protocol/errors.ts';
import { limits as protocolLimits } from '../../protocol/limits.ts';
import { TemplateError } from './template-error.ts';

export interface RenderedTemplate {
  readonly text: string;
  readonly template: string;
}

export interface Templates {
  /** Throws `TemplateError`; also when nothing but blanks comes of it. */
  renderNamed(name: string, values: object): RenderedTemplate;
  /** A template given as its text; `name` is what errors call it. */
  renderText(text: string, name: string, values: object): RenderedTemplate;
  /** What is wrong with a text as a template, or null. */
  problemOf(text: string): string | null;
}

/**
 * Per rendering. The largest views take a few milliseconds. Memory is counted in what is made, characters and items. Time is looked at between
 * two tags only: what one filter can do in between is bounded by memory, to which each evaluation of an expression counts.
 */
const limits = { parseLimit: 100_000, renderLimit: 1_000, memoryLimit: 1_000_000 };
const evaluationCost = 10;
const textMax = protocolLimits.answerBytes;

/** Filters such as `map` and `where_exp` come by here for every item of a list. */
class CountedContext extends Context {
  override push(scope: object): number {
    this.memoryLimit.use(evaluationCost);
    return super.push(scope);
  }
  override spawn(scope?: object): Context {
    this.memoryLimit.use(evaluationCost);
    return super.spawn(scope);
  }
}

export function createTemplates(bundled: Readonly<Record<string, string>>): Templates {
  const engine = new Liquid({
    templates: { ...bundled },
    cache: true,
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    timezoneOffset: 0,
    ...limits,
  });

  function render(name: string, values: object, source: () => ReturnType<Liquid['parse']>): RenderedTemplate {
    let rendered: string;
    try {
      const context = new CountedContext(values, engine.options, { sync: true }, { liquid: engine });
      rendered = String(engine.renderSync(source(), context));
    } catch (error) {
      throw faultOf(error, name);
    }
    if (rendered.length > textMax) throw tooLong(name, rendered.length);
    const text = rendered
      // Each run of blanks is looked at once: what participants wrote may hold any number of them.
      .replace(/(?<![ \t])[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trim();
    if (text !== '') return { text, template: name };
    throw new TemplateError({ template: name, value: null, line: null, problem: 'nothing comes of it' });
  }

  return {
    renderNamed(name, values) {
      const known = bundled[name];
      if (known === undefined) {
        throw new TemplateError({
          template: name,
          value: null,
          line: null,
          problem: 'there is no template of this name',
        });
      }
      return render(name, values, () => engine.parseFileSync(name));
    },
    renderText: (text, name, values) => render(name, values, () => engine.parse(text)),
    problemOf(text) {
      if (text.trim() === '') return 'it is empty';
      try {
        engine.parse(text);
        return null;
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

function tooLong(template: string, length: number): TemplateError {
  const problem = `it comes to ${length} characters, more than the ${textMax} that a prompt may have`;
  return new TemplateError({ template, value: null, line: null, problem });
}

function faultOf(error: unknown, template: string): TemplateError {
  if (!isLiquidError(error)) throw error;
  const inner = error.originalError;
  const value = inner && 'variableName' in inner ? String(inner.variableName) : null;
  const line = /, line:(\d+)/.exec(error.message)?.[1];
  return new TemplateError(
    {
      template: error.token?.file === undefined ? template : fileName(error.token.file, template),
      value,
      line: line === undefined ? null : Number(line),
      problem: value === null ? reasonOf(error) : `${value} is not among what the request gives`,
    },
    { cause: error },
  );
}

/** A fault may lie in what a template is made from. */
function fileName(file: string, template: string): string {
  return file === template ? template : `${template} (in ${file})`;
}

function isLiquidError(error: unknown): error is LiquidError {
  return error instanceof Error && 'token' in error;
}

/** Without the position that Liquid adds: its first line, up to there. */
function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return message
    .replace(/^ENOENT: Failed to lookup "([^"]*)".*$/s, 'there is no template "$1"')
    .replace(/, (file|line):.*$/s, '');
}
