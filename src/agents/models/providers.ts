/**
 * Which models can be called, and with whose key: a key goes to the address that it was configured for, and nowhere else, whatever
 * address somebody has written into the table of models. Keys come from the environment and are kept in memory only.
 */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { boundedFetch } from './bounded-fetch.ts';
import type { CalledModel } from './model-caller.ts';
import { compatibleProvider, keyVariables, type ProviderSettings } from './provider-names.ts';

export interface ProvidersOptions {
  /** By the provider's name: `openai`, `anthropic`, `google`, or one of the user's own, which speaks the OpenAI protocol. */
  readonly providers?: Readonly<Record<string, ProviderSettings>>;
  readonly fetch?: typeof globalThis.fetch;
  /** So much is read of one reply, errors included; 64 MiB when left out. */
  readonly bytesMax?: number;
}

/** A model of a provider's package, as the AI SDK's specification has it. */
export type SdkModel = ReturnType<ReturnType<typeof createOpenAICompatible>['chatModel']>;

export interface ResolvedModel {
  readonly sdk: SdkModel;
  /** Never to be shown, in whatever the provider says. */
  readonly secret: string | null;
}

export interface Providers {
  /** A text says why the model cannot be called, and what to do. */
  resolve(model: CalledModel): ResolvedModel | string;
}

interface Access {
  readonly baseURL: string | undefined;
  readonly apiKey: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

type OwnProvider = keyof typeof keyVariables;

/** The model of this key at each provider that has a package of its own. */
const packages: Readonly<Record<OwnProvider, (access: Access, key: string) => SdkModel>> = {
  openai: (access, key) => createOpenAI(given(access))(key),
  anthropic: (access, key) => createAnthropic(given(access))(key),
  google: (access, key) => createGoogle(given(access))(key),
};

function hasPackage(name: string): name is OwnProvider {
  return Object.hasOwn(packages, name);
}

export function createProviders(options: ProvidersOptions): Providers {
  const { providers = {} } = options;
  const fetch = boundedFetch(options.fetch ?? globalThis.fetch, options.bytesMax);

  return {
    resolve(model) {
      const name = model.provider ?? compatibleProvider;
      const settings = Object.hasOwn(providers, name) ? providers[name] : undefined;
      const baseUrl = model.base_url ?? settings?.base_url;
      const isItsOwn = model.base_url === null || isSamePlace(model.base_url, settings?.base_url);
      const secret = (isItsOwn && settings?.api_key) || null;
      const access: Access = { baseURL: baseUrl, apiKey: secret ?? undefined, fetch };
      if (hasPackage(name)) {
        if (secret === null && isItsOwn)
          return `the provider ${name} has no key: set ${keyVariables[name]}, or api_key_env of providers.${name} in the configuration`;
        // Without a key of its own the package would read the environment and send that key to wherever the table says.
        const opened = packages[name]({ ...access, apiKey: secret ?? 'none' }, model.key);
        return { sdk: opened, secret };
      }
      if (!baseUrl)
        return `the provider "${name}" is not known here: give the model a base_url, or providers.${name}.base_url in the configuration`;
      const { key, supports_schema: supportsStructuredOutputs } = model;
      const compatible = createOpenAICompatible({
        name,
        baseURL: baseUrl,
        includeUsage: true,
        supportsStructuredOutputs,
        fetch,
        ...(secret === null ? {} : { apiKey: secret }),
      });
      return { sdk: compatible.chatModel(key), secret };
    },
  };
}

/** Only what is there: a package takes a key that is undefined for one that it has to look for. */
function given({ baseURL, apiKey, fetch }: Access): { baseURL?: string; apiKey?: string; fetch: typeof fetch } {
  return {
    fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

function isSamePlace(url: string, configured: string | undefined): boolean {
  if (configured === undefined) return false;
  const [one, other] = [URL.parse(url), URL.parse(configured)];
  return one !== null && other !== null && one.origin === other.origin;
}
